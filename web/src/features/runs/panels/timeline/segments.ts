import type { NodeView } from '../../../../../../core/events/view.js';
import type { NodeCourse } from '../../live/index.js';

/** What stands in one row of the timeline. Times are in ms since the epoch; `to` null: it goes on. */
export interface Segment {
  kind: 'queue' | 'attempt' | 'backoff' | 'gate' | 'time' | 'held' | 'undo';
  from: number;
  to: number | null;
  /** Of an attempt, and of what undoes the node. */
  status?: 'running' | 'completed' | 'failed' | 'cancelled';
  /** Of an attempt, from 1. */
  n?: number;
  /** A gate's title, or why an attempt failed. */
  note?: string;
}

type Timed = Pick<
  NodeView,
  'type' | 'status' | 'queued_at' | 'started_at' | 'finished_at' | 'attempt' | 'error' | 'compensation'
>;

const ms = (time: string): number => Date.parse(time);
const orNull = (time: string | null): number | null => (time === null ? null : ms(time));

/**
 * A node's way through time: what it waited for and what it did, in order. Where nobody saw its attempts begin and end (quick nodes, runs of
 * long ago), the node's own times stand for them.
 */
export function segmentsOf(node: Timed, { attempts, waits }: NodeCourse): Segment[] {
  const seen = attempts.filter(({ began }) => began !== null);
  const worked: Segment[] = seen.map(({ n, began, ended, status, error }, index) => ({
    ...{ kind: 'attempt', from: ms(began!), n, status },
    to: orNull(ended) ?? (status === 'running' ? null : endOf(node, seen[index + 1]?.began ?? null)),
    ...(error ? { note: `${error.code}: ${error.message}` } : {}),
  }));
  const waited: Segment[] = waits
    .filter(({ from, to }) => from !== to)
    .map(({ kind, from, to, note }) => ({
      ...{ kind, from: ms(from), to: orNull(to) ?? orNull(node.finished_at) },
      ...(note === undefined ? {} : { note }),
    }));
  const own = worked.length === 0 && !waited.some(({ kind }) => kind !== 'queue') ? ownTimes(node) : [];
  // A queue that the node's own times cover is told by them.
  const before = own.length > 0 ? waited.filter(({ to }) => to !== null && to <= own[0]!.from) : waited;
  return [...before, ...worked, ...own, ...undoOf(node)].sort((a, b) => a.from - b.from || order(a) - order(b));
}

const order = ({ kind }: Segment): number => (kind === 'queue' ? 0 : 1);

/** When an attempt ended of which nobody saw the end: before the next one began, at the latest. */
const endOf = ({ finished_at, started_at }: Timed, next: string | null): number | null =>
  orNull(next ?? finished_at ?? started_at);

function ownTimes({ type, status, queued_at, started_at, finished_at, error }: Timed): Segment[] {
  const from = orNull(started_at) ?? orNull(queued_at);
  if (from === null) return [];
  if (started_at === null && (status === 'queued' || status === 'pending')) return [];
  if (status === 'skipped') return [];
  const waits = type === 'human_gate' ? 'gate' : type === 'wait' ? 'time' : undefined;
  const to = orNull(finished_at);
  if (waits) return [{ kind: waits, from, to }];
  const ended = to !== null && (status === 'completed' || status === 'failed' || status === 'cancelled');
  return [
    {
      ...{ kind: 'attempt', from, to, status: ended ? status : 'running' },
      ...(error ? { note: `${error.code}: ${error.message}` } : {}),
    },
  ];
}

const UNDO = {
  pending: undefined,
  running: 'running',
  held: 'failed',
  completed: 'completed',
  skipped: 'cancelled',
} as const;

function undoOf({ compensation }: Timed): Segment[] {
  if (!compensation?.started_at) return [];
  const { status, started_at, finished_at, error } = compensation;
  const as = UNDO[status];
  return [
    {
      ...{ kind: 'undo', from: ms(started_at), to: orNull(finished_at) },
      ...(as ? { status: as } : {}),
      ...(error ? { note: `${error.code}: ${error.message}` } : {}),
    },
  ];
}

export interface Row {
  key: string;
  type: NodeView['type'];
  status: NodeView['status'];
  /** Of the first segment; null: nothing has happened yet. */
  from: number | null;
  segments: Segment[];
}

const kept = new WeakMap<NodeView, { course: NodeCourse; row: Row }>();

/** The same row for the same node and course: of a large run few change at a time. */
function rowOf(node: NodeView, course: NodeCourse): Row {
  const known = kept.get(node);
  if (known?.course === course) return known.row;
  const segments = segmentsOf(node, course);
  const row = { key: node.key, type: node.type, status: node.status, from: segments[0]?.from ?? null, segments };
  kept.set(node, { course, row });
  return row;
}

/** In order of their start; what has not begun comes last, in the plan's order. */
export function rowsOf(nodes: readonly NodeView[], courseOf: (key: string) => NodeCourse): Row[] {
  const rows = nodes.map((node) => rowOf(node, courseOf(node.key)));
  return rows.sort((a, b) => start(a) - start(b));
}

/** No time is so late. */
const start = ({ from }: Row): number => from ?? Number.MAX_SAFE_INTEGER;
