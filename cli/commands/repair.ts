import type { Command } from 'commander';
import type { Json } from '../../core/json.js';
import { readJson, readText } from '../input.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

export interface Acting extends CommonOptions {
  reason: string;
  preview?: boolean;
}
export interface Taken {
  act: string;
  preview?: {
    begins: { node: string; again: boolean }[];
    effects: { node: string; key: string; repeated: boolean }[];
    taken_back: string[];
    settles: { node: string; status: string }[];
    may_run: string[];
    ends: string | null;
  };
}

/** What people do to a living run: pause, resume, retry, skip, set-output, amend; and migrate, which amends many. */
export function repair(program: Command, io: Io): void {
  for (const act of ['pause', 'resume'] as const)
    acting(
      program,
      `${act} <run> [node]`,
      act === 'pause' ? 'begin nothing more of a run or a node' : 'go on with it',
    ).action((run: string, node: string | undefined, options: Acting) => send(io, options, run, node, act, {}));
  acting(program, 'retry <run> <node>', 'try a held node again, or make its next attempt now')
    .option('-i, --input <json>', 'instead of its input: JSON, or @file; another effect, under a new key')
    .option('--fresh', 'the same effect once more, under a new key')
    .action((run: string, node: string, { input, fresh, ...options }: Acting & { input?: string; fresh?: boolean }) => {
      const edited = input === undefined ? {} : { input: readJson(input, io.cwd) };
      return send(io, options, run, node, 'retry', { ...edited, ...(fresh && { fresh }) });
    });
  acting(program, 'skip <run> <node>', 'go on without a node').action((run: string, node: string, options: Acting) =>
    send(io, options, run, node, 'skip', {}),
  );
  acting(program, 'set-output <run> <node> <output>', 'say what a node puts out: JSON, or @file').action(
    (run: string, node: string, output: string, options: Acting) =>
      send(io, options, run, node, 'output', { output: readJson(output, io.cwd) }),
  );
  acting(program, 'amend <run>', 'go on by another plan: what has not started may be changed')
    .option('--patch <json>', 'a change of the spec: JSON, or @file')
    .option('--spec <file>', 'the whole spec, YAML or JSON')
    .option('--to-version <n>', 'a version of the run’s workflow', Number)
    .action((run: string, { patch, spec, toVersion, ...options }: Acting & Amending) =>
      send(io, options, run, undefined, 'amend', {
        ...(patch === undefined ? {} : { patch: readJson(patch, io.cwd) }),
        ...(spec === undefined ? {} : { spec: readText(spec, io.cwd) }),
        ...(toVersion === undefined ? {} : { version: toVersion }),
      }),
    );
  acting(program, 'migrate <workflow>', 'move open runs to a version, such as name@3, where what has started allows it')
    .option('--from <n...>', 'only runs that started with one of these versions')
    .option('--status <status...>', 'only such runs; waiting, held and paused when not given')
    .action((workflow: string, options: Acting & Migrating) => migrate(io, workflow, options));
}

interface Amending {
  patch?: string;
  spec?: string;
  toVersion?: number;
}
interface Migrating {
  from?: string[];
  status?: string[];
}
interface Migrated {
  items: { run_id: string; from: number; outcome: string; reason?: string }[];
  next_cursor: string | null;
}

async function migrate(
  io: Io,
  workflow: string,
  { reason, preview, from, status, ...common }: Acting & Migrating,
): Promise<void> {
  const client = clientFor(common, io);
  const items: Migrated['items'] = [];
  const wish = {
    reason,
    ...(preview && { preview }),
    ...(from && { from: from.map(Number) }),
    ...(status && { status }),
  };
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Migrated = await client.post<Migrated>(`/workflows/${encodeURIComponent(workflow)}/migrate`, {
      ...wish,
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  print(io, common, items, () =>
    items.map((item) => `${item.run_id}  v${item.from}  ${item.outcome}${item.reason ? `: ${item.reason}` : ''}`),
  );
}

export const acting = (program: Command, usage: string, description: string): Command =>
  leaf(program, usage, description)
    .requiredOption('-r, --reason <text>', 'why; it is on record')
    .option('--preview', 'only tell what would happen');

async function send(
  io: Io,
  { reason, preview, ...common }: Acting,
  run: string,
  node: string | undefined,
  act: string,
  more: Record<string, Json>,
): Promise<void> {
  const place = node === undefined ? '' : `/nodes/${encodeURIComponent(node)}`;
  const path = `/workflow_runs/${encodeURIComponent(run)}${place}/${act}`;
  const taken = await clientFor(common, io).post<Taken>(path, { reason, ...more, ...(preview && { preview }) });
  print(io, common, taken, () => (taken.preview ? drawPreview(taken.preview) : [`${node ?? run}: ${taken.act} taken`]));
}

export function drawPreview({
  begins,
  effects,
  taken_back,
  settles,
  may_run,
  ends,
}: NonNullable<Taken['preview']>): string[] {
  const lines = [
    ...begins.map(({ node, again }) => `begins    ${node}${again ? ' again' : ''}`),
    ...effects.map(
      ({ node, key, repeated }) => `effect    ${node} under ${key}${repeated ? ', a key that went out before' : ''}`,
    ),
    ...(taken_back.length === 0 ? [] : [`back      ${taken_back.join(', ')}`]),
    ...settles.map(({ node, status }) => `settles   ${node}: ${status}`),
    ...(may_run.length === 0 ? [] : [`may run   ${may_run.join(', ')}`]),
    ...(ends === null ? [] : [`ends      the run: ${ends}`]),
  ];
  return lines.length === 0 ? ['nothing would happen at once'] : lines;
}
