import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

interface Asked {
  preview?: { stops: string[]; undoes: { node: string; key: string; certain: boolean }[] };
}

export function cancel(program: Command, io: Io): void {
  leaf(program, 'cancel <run>', 'cancel a run: what is outstanding is told to stop, what has happened is undone')
    .option('--preview', 'only tell what would happen')
    .action(async (id: string, { preview, ...options }: CommonOptions & { preview?: boolean }) => {
      const path = `/workflow_runs/${encodeURIComponent(id)}/cancel`;
      const result = await clientFor(options, io).post<Asked>(path, preview ? { preview } : {});
      print(io, options, result, () => (result.preview ? draw(result.preview) : [`asked ${id} to stop`]));
    });
}

function draw({ stops, undoes }: NonNullable<Asked['preview']>): string[] {
  const lines = [
    ...stops.map((node) => `stops  ${node}`),
    ...undoes.map(({ node, key, certain }) => `undoes  ${node} as ${key}${certain ? '' : ' if it completes'}`),
  ];
  return lines.length === 0 ? ['nothing has begun: it only ends'] : lines;
}
