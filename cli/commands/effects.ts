import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';

interface Effect {
  key: string;
  state: string;
  attempts: number;
  at: string;
  error: string | null;
  by: string | null;
  undone_by: string | null;
}

export function effects(program: Command, io: Io): void {
  leaf(program, 'effects <run>', 'what a run has changed outside, each effect with its key and state').action(
    async (id: string, options: CommonOptions) => {
      const told = await clientFor(options, io).get<{ items: Effect[] }>(
        `/workflow_runs/${encodeURIComponent(id)}/effects`,
      );
      print(io, options, told, () => draw(told.items, io));
    },
  );
}

function draw(items: Effect[], { paint }: Io): string[] {
  if (items.length === 0) return ['it has changed nothing outside'];
  const rows = items.map(({ key, state, attempts, at, error, by, undone_by }) => {
    const said = [error, by && `by ${by}`, undone_by && `by ${undone_by}`].filter(Boolean).join(', ');
    return [state, key, String(attempts), at, said];
  });
  return table([['STATE', 'KEY', 'ATTEMPTS', 'AT', ''].map(paint.dim), ...rows]);
}
