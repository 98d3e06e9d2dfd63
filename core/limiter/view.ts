import type { Allowance, Place } from '../contract/limits.js';
import { MAX_SHOWN_PLACES } from '../limits.js';
import type { Limiter } from './limiter.js';

/** What a limiter says of itself. Times are in ms since the epoch; of many places the first are shown. */
export interface LimiterView {
  allowance: Allowance | null;
  held: (Place & { at: number })[];
  /** In the order in which they would get a place now. */
  waiting: (Place & { at: number })[];
  held_count: number;
  waiting_count: number;
}

export function limiterView(limiter: Limiter): LimiterView {
  const waiting: LimiterView['waiting'] = [];
  for (const place of limiter.line()) {
    if (waiting.length === MAX_SHOWN_PLACES) break;
    waiting.push(place);
  }
  return {
    allowance: limiter.allowance,
    held: limiter.holders().slice(0, MAX_SHOWN_PLACES),
    waiting,
    held_count: limiter.heldCount,
    waiting_count: limiter.waitingCount,
  };
}

/** Where a place stands, in words: `limit crm 5/5, third in line`. */
export function placeInLine(view: LimiterView, name: string, { run, task, ticket }: Place): string {
  const { allowance, held_count, waiting } = view;
  if (!allowance) return `waits for limit ${name}, which does not exist`;
  const at = waiting.findIndex((each) => each.run === run && each.task === task && each.ticket === ticket);
  const place = at === -1 ? 'waits for its turn' : `${ordinal(at + 1)} in line`;
  const { concurrency, rate } = allowance;
  if (concurrency !== undefined && (held_count >= concurrency || !rate))
    return `limit ${name} ${held_count}/${concurrency}, ${place}`;
  return `limit ${name} ${rate!.count} per ${rate!.per_ms / 1_000} s, ${place}`;
}

const FIRST = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

function ordinal(n: number): string {
  if (n <= FIRST.length) return FIRST[n - 1]!;
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
