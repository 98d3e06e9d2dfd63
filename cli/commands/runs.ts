import { type Command, InvalidArgumentError } from 'commander';
import type { RunView } from '../../core/events/view.js';
import type { Page } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { duration, statusPaint, table } from '../paint.js';

interface RunsOptions extends CommonOptions {
  status?: string;
  workflow?: string;
  query?: string;
  limit: number;
}

const MAX_PAGE = 100;

export function runs(program: Command, io: Io): void {
  leaf(program, 'runs', 'list runs, newest first')
    .option('-s, --status <status>', 'only runs in this status')
    .option('-w, --workflow <workflow>', 'only runs of this workflow')
    .option('-q, --query <text>', 'only runs that match')
    .option('-n, --limit <n>', 'at most so many', parseLimit, 20)
    .action(async ({ status, workflow, query, limit, ...common }: RunsOptions) => {
      const client = clientFor(common, io);
      const items: RunView[] = [];
      let cursor: string | undefined;
      do {
        const page = Math.min(MAX_PAGE, limit - items.length);
        const filter = { status, workflow, q: query, cursor, limit: String(page) };
        const { items: more, next_cursor } = await client.get<Page<RunView>>('/workflow_runs', filter);
        items.push(...more);
        cursor = more.length > 0 ? (next_cursor ?? undefined) : undefined;
      } while (cursor !== undefined && items.length < limit);
      print(io, common, items, () => draw(items, io));
    });
}

function draw(items: RunView[], io: Io): string[] {
  if (items.length === 0) return ['no runs'];
  const rows = items.map((run) => {
    const ended = run.finished_at ? Date.parse(run.finished_at) : Date.now();
    const took = run.started_at ? duration(ended - Date.parse(run.started_at)) : '';
    const when = (run.started_at ?? run.created_at ?? '').replace(/\.\d+Z$/, 'Z');
    return [run.id, `${run.workflow} v${run.version}`, statusPaint(io.paint, run.status)(run.status), when, took];
  });
  return table([['RUN', 'WORKFLOW', 'STATUS', 'STARTED', 'TOOK'].map(io.paint.dim), ...rows]);
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
