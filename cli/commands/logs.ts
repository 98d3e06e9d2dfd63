import type { Command } from 'commander';
import type { LogLine } from '../../core/events/live.js';
import { MAX_LOG_PAGE } from '../../core/limits.js';
import type { Client, Page } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf } from '../io.js';
import { parseLimit } from './runs.js';

interface LogsOptions extends CommonOptions {
  node?: string;
  attempt?: number;
  search?: string;
  tail?: number;
}

export function logs(program: Command, io: Io): void {
  leaf(program, 'logs <run>', 'print what the nodes of a run logged; with --json one line an object')
    .option('--node <key>', 'only this node, of a map with its items; `key[index]` for one item')
    .option('--attempt <n>', 'only this attempt', parseLimit)
    .option('--search <text>', 'only lines with this text in them, whatever its case')
    .option('--tail <n>', 'only the newest n lines', parseLimit)
    .action(async (id: string, { node, attempt, search, tail, ...common }: LogsOptions) => {
      const filter = { node, attempt: attempt?.toString(), q: search };
      const pages = read(clientFor(common, io), id, filter, tail);
      const print = (line: LogLine) => io.out(common.json ? JSON.stringify(line) : shown(line, io));
      if (tail === undefined) for await (const lines of pages) lines.forEach(print);
      else {
        const newest: LogLine[] = [];
        for await (const lines of pages) newest.push(...lines);
        newest.reverse().forEach(print);
      }
    });
}

/** Page by page: all from the oldest on, or the newest so many, from the newest back. */
async function* read(
  client: Client,
  id: string,
  filter: Record<string, string | undefined>,
  tail?: number,
): AsyncGenerator<LogLine[]> {
  const order = tail === undefined ? {} : { order: 'desc' };
  let left = tail ?? Number.POSITIVE_INFINITY;
  let cursor: string | undefined;
  do {
    const asked = { ...filter, ...order, limit: String(Math.min(left, MAX_LOG_PAGE)), cursor };
    const page = await client.get<Page<LogLine>>(`/workflow_runs/${encodeURIComponent(id)}/logs`, asked);
    yield page.items;
    left -= page.items.length;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && left > 0);
}

function shown(line: LogLine, { paint }: Io): string {
  const text =
    line.stream === 'stderr' ? paint.bad(line.text) : line.stream === 'system' ? paint.dim(line.text) : line.text;
  return `${paint.dim(`${line.node_key}#${line.attempt}`)} ${text}`;
}
