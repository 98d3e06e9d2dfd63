import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import type { NodeError } from '../../../../../core/engine/outcome.js';

/**
 * What is known of a node's attempts. History keeps of work that is tried again only the last attempt's start: those before it were seen
 * live, or are known by their number alone.
 */
export interface Attempt {
  n: number;
  /** RFC 3339; null: nobody saw it. */
  began: string | null;
  /** Null: it goes on, or nobody saw its end. */
  ended: string | null;
  status: 'running' | 'completed' | 'failed' | 'cancelled';
  error: Pick<NodeError, 'code' | 'message'> | null;
}

/** When a node stood still, and for what. `to`: null while it does. */
export interface Wait {
  /** `queue`: until it began; `backoff`: between two attempts; `gate`: for people; `time`: for a time or an event; `held`: for a repair. */
  kind: 'queue' | 'backoff' | 'gate' | 'time' | 'held';
  from: string;
  to: string | null;
  /** Of a gate: its title. */
  note?: string;
}

export interface NodeCourse {
  attempts: readonly Attempt[];
  waits: readonly Wait[];
}
export const NO_COURSE: NodeCourse = { attempts: [], waits: [] };

/** The course of a node after one more event of it, durable or ephemeral. Events come in order; the same one may come live and durable. */
export function follow(course: NodeCourse, event: CloudEvent): NodeCourse {
  const { type, time, data } = event;
  switch (type) {
    case 'node.queued':
      return { ...ended(course, time, 'cancelled'), waits: waiting(course, 'queue', time) };
    case 'node.running':
      return began(course, event);
    case 'node.retrying':
      return retrying(course, event);
    case 'node.waiting':
      return { ...course, waits: waiting(course, 'time', time) };
    case 'gate.opened':
      return {
        ...course,
        waits: waiting(course, 'gate', time, (data.data as { title?: string } | undefined)?.title),
      };
    case 'node.completed':
      return ended(course, time, 'completed');
    case 'node.failed':
      return ended(course, time, 'failed', data.error);
    case 'node.held': {
      const over = ended(course, time, 'failed', data.error);
      return { ...over, waits: waiting(over, 'held', time) };
    }
    case 'node.cancelled':
    case 'node.skipped':
    case 'node.pending':
      return ended(course, time, 'cancelled');
    default:
      return course;
  }
}

function began(course: NodeCourse, { time, data }: CloudEvent): NodeCourse {
  const n = data.attempt ?? 1;
  const known = course.attempts.find((attempt) => attempt.n === n);
  const waits = over(course.waits, time);
  // History's time is the true one; what was heard live of it may be a little late.
  if (known)
    return {
      waits,
      attempts: course.attempts.map((each) => (each === known && !data.ephemeral ? { ...each, began: time } : each)),
    };
  const before = course.attempts.map((attempt) =>
    attempt.status === 'running' ? { ...attempt, status: 'failed' as const } : attempt,
  );
  const last = before.at(-1)?.n ?? 0;
  if (n <= last) return { ...course, waits };
  const unseen = Array.from({ length: n - last - 1 }, (_, i): Attempt => ({ ...UNSEEN, n: last + 1 + i }));
  return { waits, attempts: [...before, ...unseen, { n, began: time, ended: null, status: 'running', error: null }] };
}

const UNSEEN: Attempt = { n: 0, began: null, ended: null, status: 'failed', error: null };

function retrying(course: NodeCourse, { time, data }: CloudEvent): NodeCourse {
  const n = data.attempt ?? 1;
  const told = data.data as { code: string; message: string };
  const failed: Attempt = { ...UNSEEN, n, ended: time, error: { code: told.code, message: told.message } };
  if (course.attempts.some((attempt) => attempt.n > n)) return course; // it is late
  const known = course.attempts.find((attempt) => attempt.n === n);
  const others = course.attempts.filter((attempt) => attempt.n !== n);
  return { attempts: [...others, { ...failed, began: known?.began ?? null }], waits: waiting(course, 'backoff', time) };
}

function ended(
  { attempts, waits }: NodeCourse,
  time: string,
  status: Attempt['status'],
  error?: NodeError,
): NodeCourse {
  const last = attempts.at(-1);
  const told = error ? { code: error.code, message: error.message } : null;
  return {
    waits: over(waits, time),
    attempts:
      last?.status === 'running' ? [...attempts.slice(0, -1), { ...last, ended: time, status, error: told }] : attempts,
  };
}

/** What it waited for until then is over. */
const over = (waits: readonly Wait[], time: string): readonly Wait[] =>
  waits.at(-1)?.to === null ? [...waits.slice(0, -1), { ...waits.at(-1)!, to: time }] : waits;

function waiting({ waits }: NodeCourse, kind: Wait['kind'], from: string, note?: string): readonly Wait[] {
  const last = waits.at(-1);
  const wait: Wait = { kind, from, to: null, ...(note === undefined ? {} : { note }) };
  // A gate is told as waiting first, at the same time.
  if (last?.to === null && last.from === from && kind === 'gate') return [...waits.slice(0, -1), wait];
  return [...over(waits, from), wait];
}
