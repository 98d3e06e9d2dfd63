import type { LogLine } from '../../../../../../core/events/live.js';
import type { Attempt } from '../../live/index.js';

/** What a worker writes when an attempt has failed: activities/perform.ts. */
const FAILED = /^attempt (\d+) failed: ([A-Z][A-Z0-9_]*): (.*)$/s;

/**
 * Attempts, with what the node's log tells of those that nobody watched: history keeps only the last attempt of work that is tried again.
 * An attempt began no later than its first line, and the line that says how it failed is its last.
 */
export function withLog(attempts: readonly Attempt[], lines: readonly LogLine[]): Attempt[] {
  const logged = new Map<number, { first: string; failed?: { at: string; code: string; message: string } }>();
  for (const { attempt, at, stream, text } of lines) {
    const known = logged.get(attempt) ?? { first: at };
    const [, n, code, message] = (stream === 'system' && FAILED.exec(text)) || [];
    if (code !== undefined && Number(n) === attempt) known.failed = { at, code, message: message! };
    logged.set(attempt, known);
  }
  return attempts.map((attempt) => {
    const log = logged.get(attempt.n);
    if (!log || attempt.status === 'completed') return attempt;
    const { failed } = log;
    return {
      ...attempt,
      began: attempt.began ?? log.first,
      ended: attempt.ended ?? failed?.at ?? null,
      error: attempt.error ?? (failed ? { code: failed.code, message: failed.message } : null),
    };
  });
}

/** Ms between the end of an attempt and the begin of the next; null where one of them is not known. */
export function pauseBefore(attempts: readonly Attempt[], index: number): number | null {
  const [before, here] = [attempts[index - 1], attempts[index]];
  if (!before?.ended || !here?.began) return null;
  return Math.max(0, Date.parse(here.began) - Date.parse(before.ended));
}
