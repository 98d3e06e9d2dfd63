import type { Command } from 'commander';
import type { LogLine } from '../../core/events/live.js';
import type { Page } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf } from '../io.js';
import { parseLimit } from './runs.js';

interface LogsOptions extends CommonOptions {
  node?: string;
  attempt?: number;
}

export function logs(program: Command, io: Io): void {
  leaf(program, 'logs <run>', 'print what the nodes of a run logged; with --json one line an object')
    .option('--node <key>', 'only this node, `key[index]` for a map item')
    .option('--attempt <n>', 'only this attempt', parseLimit)
    .action(async (id: string, { node, attempt, ...common }: LogsOptions) => {
      const client = clientFor(common, io);
      const { paint } = io;
      let cursor: string | undefined;
      do {
        const filter = { node, attempt: attempt?.toString(), cursor };
        const page = await client.get<Page<LogLine>>(`/workflow_runs/${encodeURIComponent(id)}/logs`, filter);
        for (const line of page.items) {
          const from = paint.dim(`${line.node_key}#${line.attempt}`);
          const text =
            line.stream === 'stderr'
              ? paint.bad(line.text)
              : line.stream === 'system'
                ? paint.dim(line.text)
                : line.text;
          io.out(common.json ? JSON.stringify(line) : `${from} ${text}`);
        }
        cursor = page.items.length > 0 ? (page.next_cursor ?? undefined) : undefined;
      } while (cursor !== undefined);
    });
}
