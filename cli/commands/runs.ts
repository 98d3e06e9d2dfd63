import { type Command, InvalidArgumentError } from 'commander';
import { MAX_PAGE } from '../../core/limits.js';
import { parseDuration } from '../../core/spec/duration.js';
import type { RunView } from '../../core/events/view.js';
import type { Page } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { duration, statusPaint, table } from '../paint.js';

interface RunsOptions extends CommonOptions {
  status?: string;
  workflow?: string;
  query?: string;
  workflowVersion?: number;
  since?: string;
  until?: string;
  field: string[];
  limit: number;
}

export function runs(program: Command, io: Io): void {
  leaf(program, 'runs', 'list runs, newest first')
    .option('-s, --status <status>', 'only runs in this status')
    .option('-w, --workflow <workflow>', 'only runs of this workflow')
    .option('-q, --query <text>', 'only runs that match')
    .option('--workflow-version <n>', 'only runs of this version of the workflow', parseLimit)
    .option('--since <when>', 'only runs accepted since then: a time, or 2h, 3d ago', parseWhen)
    .option('--until <when>', 'only runs accepted before then', parseWhen)
    .option('-f, --field <name=value>', 'only runs with this indexed field; may be given again', gatherField, [])
    .option('-n, --limit <n>', 'at most so many', parseLimit, 20)
    .action(
      async ({ status, workflow, query, workflowVersion, since, until, field, limit, ...common }: RunsOptions) => {
        const client = clientFor(common, io);
        const items: RunView[] = [];
        let cursor: string | undefined;
        do {
          const page = Math.min(MAX_PAGE, limit - items.length);
          const filter = {
            ...{ status, workflow, q: query, since, until, field, cursor, limit: String(page) },
            version: workflowVersion === undefined ? undefined : String(workflowVersion),
          };
          const { items: more, next_cursor } = await client.get<Page<RunView>>('/workflow_runs', filter);
          items.push(...more);
          cursor = next_cursor ?? undefined; // also after an empty page: what is looked for may come later
        } while (cursor !== undefined && items.length < limit);
        print(io, common, items, () => draw(items, io));
      },
    );
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

/** A time as RFC 3339 in UTC, out of one or of how long ago it was. */
export function parseWhen(text: string): string {
  const ago = parseDuration(text);
  const at = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time (2026-01-31T12:00:00Z) or a duration (2h).');
  return new Date(at).toISOString();
}

function gatherField(text: string, before: string[]): string[] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be a name and a value: customer=acme.');
  return [...before, `${text.slice(0, equals)}:${text.slice(equals + 1)}`];
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
