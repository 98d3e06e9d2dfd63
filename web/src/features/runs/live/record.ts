import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import { compareCursors } from '../../../../../core/events/cursor.js';
import type { LogLine } from '../../../../../core/events/live.js';
import { type Attempt, follow, NO_COURSE, type NodeCourse } from './attempts.js';
import { isDurable } from './state.js';

/** The courses of a run's nodes, made of its events. */
export interface Courses {
  byKey: ReadonlyMap<string, NodeCourse>;
  /** Of the newest durable event in them. */
  cursor: string;
  /** They begin with the run; else where its watcher came in. */
  whole: boolean;
}
export const noCourses = (cursor: string, whole: boolean): Courses => ({ byKey: new Map(), cursor, whole });

/** The same object when nothing follows from the events. */
export function record(courses: Courses, events: readonly CloudEvent[]): Courses {
  const byKey = new Map(courses.byKey);
  let { cursor } = courses;
  let changed = false;
  for (const event of events) {
    if (isDurable(event)) {
      if (compareCursors(event.id, cursor) <= 0) continue;
      cursor = event.id;
      changed = true;
    }
    if (event.subject === undefined) continue;
    const before = byKey.get(event.subject) ?? NO_COURSE;
    const course = follow(before, event);
    if (course === before) continue;
    byKey.set(event.subject, course);
    changed = true;
  }
  return changed ? { ...courses, byKey, cursor } : courses;
}

/** The whole record, with what only the live one knows: how attempts ended that were tried again. */
export function withLive(whole: Courses, live: Courses): Courses {
  const byKey = new Map(whole.byKey);
  for (const [key, heard] of live.byKey) {
    const course = byKey.get(key) ?? NO_COURSE;
    const known = new Map(heard.attempts.map((attempt) => [attempt.n, attempt]));
    const attempts = course.attempts.map((attempt) => fuller(attempt, known.get(attempt.n)));
    const newer = heard.attempts.filter(({ n }) => n > (course.attempts.at(-1)?.n ?? 0));
    const backoffs = heard.waits.filter(({ kind }) => kind === 'backoff');
    const waits = [...course.waits, ...backoffs].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    byKey.set(key, { attempts: [...attempts, ...newer], waits });
  }
  return { ...whole, byKey };
}

const fuller = (attempt: Attempt, heard: Attempt | undefined): Attempt =>
  heard === undefined
    ? attempt
    : {
        ...attempt,
        began: attempt.began ?? heard.began,
        ended: attempt.ended ?? heard.ended,
        error: attempt.error ?? heard.error,
      };

/** So many lines are kept of what is heard live; earlier ones are read from `GET /workflow_runs/:id/logs`. */
export const LOG_TAIL_LINES = 5000;

export interface LogTail {
  /** The newest, in the order in which they came. */
  lines: readonly LogLine[];
  /** So many came, with those that are not kept. */
  heard: number;
}

/** With the lines that these events bring; the same object when they bring none. */
export function withLines(tail: LogTail, events: readonly CloudEvent[]): LogTail {
  const more = events.flatMap(({ type, subject, time, data }): LogLine[] => {
    if (type !== 'node.log' || subject === undefined) return [];
    const { seq, stream, text } = data.data as unknown as Pick<LogLine, 'seq' | 'stream' | 'text'>;
    return [{ run_id: data.run_id, node_key: subject, attempt: data.attempt ?? 1, at: time, seq, stream, text }];
  });
  if (more.length === 0) return tail;
  return { lines: [...tail.lines, ...more].slice(-LOG_TAIL_LINES), heard: tail.heard + more.length };
}
