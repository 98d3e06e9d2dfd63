import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

export function cancel(program: Command, io: Io): void {
  leaf(program, 'cancel <run>', 'cancel a run; what is outstanding is told to stop').action(
    async (id: string, options: CommonOptions) => {
      const path = `/workflow_runs/${encodeURIComponent(id)}/cancel`;
      const result = await clientFor(options, io).post<object>(path, {});
      print(io, options, result, () => [`asked ${id} to stop`]);
    },
  );
}
