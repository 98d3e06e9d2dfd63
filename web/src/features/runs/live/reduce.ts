import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import { compareCursors } from '../../../../../core/events/cursor.js';
import type { CompensationView, NodeView } from '../../../../../core/events/view.js';
import type { NodeError, NodeStatus, RunStatus } from '../../../../../core/engine/outcome.js';
import type { Json } from '../../../../../core/json.js';
import { itemsAfter } from './reduce-map.js';
import { type Durable, type LiveView, isDurable, isItem, mapOf, pendingNode } from './state.js';

/** The run after these messages, in the order in which they came. The same object when nothing follows from them. */
export function reduce(live: LiveView, events: readonly CloudEvent[]): LiveView {
  const draft = draftOf(live);
  for (const event of events) {
    if (!isDurable(event)) heard(draft, event);
    else if (compareCursors(event.id, draft.cursor) > 0) told(draft, event);
  }
  const { changed, ...next } = draft;
  return changed ? next : live;
}

const draftOf = (live: LiveView): Draft => ({
  ...live,
  nodes: new Map(live.nodes),
  progress: new Map(live.progress),
  ahead: new Map(live.ahead),
  seen: new Map(live.seen),
  over: new Map(live.over),
  was: new Map(live.was),
  changed: false,
});

/** A view under way, whose maps are its own; the objects in them are not. */
export interface Draft extends LiveView {
  nodes: Map<string, NodeView>;
  progress: Map<string, Json>;
  ahead: Map<string, { attempt: number; at: string }>;
  seen: Map<string, { attempt: number; at: string }>;
  over: Map<string, number>;
  was: Map<string, NodeView>;
  changed: boolean;
}

const isFinal = (status: NodeStatus): boolean => FINAL.has(status);
const FINAL: ReadonlySet<NodeStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled']);
export const isOver = (status: RunStatus): boolean => OVER.has(status);
const OVER: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled', 'terminated', 'timed_out']);

function told(draft: Draft, event: Durable): void {
  draft.changed = true;
  draft.cursor = event.id;
  if (event.subject === undefined) toldOfRun(draft, event);
  else if (event.type.includes('.compensat')) toldOfUndoing(draft, event);
  else if (event.type === 'node.acted') draft.acted = { node: event.subject, at: event.time };
  else if (event.type.startsWith('node.')) toldOfNode(draft, event);
}

function toldOfRun(draft: Draft, { type, time, data }: Durable): void {
  const status = data.status as RunStatus;
  const run = { ...draft.run, status };
  draft.run = run;
  run.started_at ??= time;
  if (type === 'run.ending') run.ending = (data.data as unknown as { ending: NonNullable<typeof run.ending> }).ending;
  else if (type === 'run.redriven' || type === 'run.forked') takenUp(draft, data.data as unknown as TakenUp);
  else if (type === 'run.acted') draft.stale ||= (data.data as { act?: string }).act === 'amend';
  else if (isOver(status) && type === `run.${status}`) {
    Object.assign(run, { output: data.output ?? null, error: data.error ?? null, finished_at: time });
    delete run.ending;
    closeRest(draft, status);
  }
}

/** What had not ended when the run did, because it was ended from outside. */
function closeRest(draft: Draft, status: RunStatus): void {
  for (const [key, node] of draft.nodes) {
    if (isFinal(node.status)) continue;
    const why = `the run was ${status.replace('_', ' ')}`;
    draft.nodes.set(key, { ...node, why, status: node.status === 'pending' ? 'skipped' : 'cancelled' });
  }
}

interface TakenUp {
  n?: number;
  begins: string[];
}

/** It goes on, or begins out of another one's past: these nodes are pending, whatever they were. */
function takenUp(draft: Draft, { n, begins }: TakenUp): void {
  const { ending: _, ...run } = draft.run;
  draft.run = { ...run, output: null, error: null, finished_at: null, ...(n === undefined ? {} : { redriven: n }) };
  draft.stale = true;
  for (const key of begins) {
    const node = draft.nodes.get(key);
    if (node) takeBack(draft, node);
  }
}

function takeBack(draft: Draft, node: NodeView): void {
  for (const key of draft.nodes.keys()) if (isItem(key) && mapOf(key) === node.key) draft.nodes.delete(key);
  draft.nodes.set(node.key, { ...pendingNode(node.key, node.type), attempt: draft.seen.get(node.key)?.attempt ?? 0 });
}

function toldOfUndoing(draft: Draft, { type, subject, time, data }: Durable): void {
  const node = draft.nodes.get(subject!);
  if (!node) return void (draft.stale = true);
  const before = node.compensation ?? NOT_UNDONE;
  const attempt = data.attempt ?? 0;
  const more = data.data as { by_hand?: boolean; output?: Json } | undefined;
  const compensation: CompensationView =
    type === 'node.compensating'
      ? { ...before, attempt, status: 'running', error: null, started_at: before.started_at ?? time }
      : type === 'node.compensation_held'
        ? { ...before, attempt, status: 'held', error: data.data as unknown as NodeError }
        : {
            ...{ ...before, attempt, status: more?.by_hand ? 'skipped' : 'completed' },
            ...{ output: more?.output ?? null, error: null, finished_at: time },
          };
  draft.nodes.set(node.key, { ...node, compensation, why: null });
}
const NOT_UNDONE: CompensationView = {
  ...{ status: 'pending', attempt: 0, input: null, output: null, error: null, started_at: null, finished_at: null },
};

function toldOfNode(draft: Draft, event: Durable): void {
  const { type, subject } = event;
  const key = subject!;
  const known = draft.nodes.get(key) ?? (isItem(key) ? ofItem(draft, key) : undefined);
  // Of another plan than the one at hand: it is read again, with the node's type.
  if (!known) return void (draft.stale = true);
  if (type === 'node.pending') {
    draft.was.set(key, known);
    takeBack(draft, known);
  } else if (type === 'node.queued') draft.nodes.set(key, queuedAgain(draft, known, event));
  else if (type === 'node.running') draft.nodes.set(key, begun(draft, known, event));
  else draft.nodes.set(key, cameTo(draft, known, event));
  if (type !== 'node.queued') draft.ahead.delete(key);
  if (type !== 'node.pending') draft.was.delete(key);
  itemsAfter(draft, key, known, event);
}

function cameTo(draft: Draft, known: NodeView, { time, data }: Durable): NodeView {
  const status = data.status as NodeStatus;
  const node: NodeView = {
    ...{ ...known, status, attempt: data.attempt ?? known.attempt, why: null },
    started_at: known.started_at ?? draft.seen.get(known.key)?.at ?? null,
  };
  const result = { output: data.output ?? null, error: data.error ?? null };
  if (status === 'held') return { ...node, ...result };
  if (!isFinal(status)) return node;
  draft.progress.delete(known.key);
  draft.over.delete(known.key);
  return { ...node, ...result, finished_at: time, ...asBefore(draft, known, status, time) };
}

/** It was taken back, and what it was still holds; or a person said what comes of it, which leaves what it had begun with. */
function asBefore(draft: Draft, { key, status: from }: NodeView, status: NodeStatus, time: string): Partial<NodeView> {
  const was = from === 'pending' ? draft.was.get(key) : undefined;
  const { at } = draft.acted ?? {};
  const byHand = at === time && draft.acted!.node === key;
  if (!was || (was.status !== status && !byHand)) return {};
  const { input, queued_at, finished_at } = was;
  return { input, queued_at, ...(byHand ? {} : { finished_at }) };
}

function ofItem(draft: Draft, key: string): NodeView | undefined {
  const map = draft.nodes.get(mapOf(key));
  return map && pendingNode(key, map.type);
}

/** It may run, for the first time or once more; an attempt may have been heard of before. */
function queuedAgain(draft: Draft, known: NodeView, { subject, time, data }: Durable): NodeView {
  const seen = draft.seen.get(subject!);
  const attempt = data.attempt ?? 0;
  const queued: NodeView = {
    ...{ ...pendingNode(known.key, known.type), status: 'queued', attempt, input: data.input ?? null, queued_at: time },
    started_at: seen?.at ?? null,
    ...(known.items ? { items: known.items } : {}),
    ...(known.run_id === undefined ? {} : { run_id: known.run_id }),
  };
  const ahead = draft.ahead.get(subject!);
  draft.ahead.delete(subject!);
  return ahead && ahead.attempt > attempt
    ? { ...queued, status: 'running', attempt: ahead.attempt, started_at: ahead.at }
    : queued;
}

/** Of an item that was tried again history keeps when it first began; of a node when its last attempt did. */
function begun(draft: Draft, known: NodeView, { subject, time, data }: Durable): NodeView {
  const attempt = data.attempt ?? 1;
  const seen = draft.seen.get(subject!);
  const same = seen !== undefined && (isItem(subject!) || seen.attempt === attempt);
  const at = same ? seen.at : time;
  draft.seen.set(subject!, { attempt, at });
  if ((draft.over.get(subject!) ?? 0) >= attempt) return { ...known, started_at: at }; // it is told late: another follows
  return { ...known, status: 'running', attempt: Math.max(attempt, known.attempt), started_at: at, why: null };
}

/** What history tells late or not at all. It may be late, too: what has settled stays as it is. */
function heard(draft: Draft, { type, subject, time, data }: CloudEvent): void {
  if (subject === undefined) return;
  const node = draft.nodes.get(subject) ?? (isItem(subject) ? ofItem(draft, subject) : undefined);
  const attempt = data.attempt ?? 0;
  if (!node || isFinal(node.status)) return;
  if (type === 'node.progress') {
    draft.progress.set(subject, data.data ?? null);
    draft.changed = true;
  } else if (type === 'node.running' && node.status === 'pending') draft.ahead.set(subject, { attempt, at: time });
  else if (!AT_WORK.has(node.status)) return;
  else if (type === 'node.running' && attempt > node.attempt) {
    draft.nodes.set(subject, { ...node, status: 'running', attempt, started_at: time, why: null });
    draft.changed = true;
  } else if (type === 'node.retrying' && attempt >= node.attempt) {
    const { code, message } = data.data as { code: string; message: string };
    const why = `attempt ${attempt} failed with ${code}: ${message}; another follows`;
    draft.nodes.set(subject, { ...node, status: 'queued', attempt, why });
    draft.over.set(subject, attempt);
    draft.changed = true;
  }
}
const AT_WORK: ReadonlySet<NodeStatus> = new Set(['queued', 'running']);
