import { Fault } from '../../fault.js';
import { isObject, type Json } from '../../json.js';
import { MAX_WAIT_MS } from '../../limits.js';
import { parseDuration } from '../../spec/duration.js';
import type { Walk } from '../walk.js';
import { taskOf } from '../task-names.js';
import type { Kind } from './kind.js';
import { waitEvent } from './wait-event.js';

/** The first point in time that a date can say. */
const FIRST_DATE = -8.64e15;

/** Waits for a time: a durable timer. Or for an event: wait-event.ts. */
export const wait: Kind = {
  template(config) {
    const { schema: _checkedByTheApi, ...bound } = config as { [name: string]: Json };
    return bound;
  },
  limit: 'inline',
  begin(walk, node, bound) {
    if (isObject(bound) && bound['event'] !== undefined) return waitEvent.begin(walk, node, bound);
    const due = dueAt(walk, bound);
    if (due - walk.at > MAX_WAIT_MS)
      throw new Fault('EXPRESSION_FAILED', 'the time to wait for lies more than ten years ahead');
    walk.nodes[node]!.due_at = Math.max(due, FIRST_DATE);
    arm(walk, node);
  },
  fact(walk, node, task, fact) {
    if (walk.nodes[node]!.event) waitEvent.fact(walk, node, task, fact);
    else if (fact.is === 'fired')
      walk.complete(node, { waited_until: new Date(walk.nodes[node]!.due_at!).toISOString() });
  },
  resume(walk, node) {
    if (walk.nodes[node]!.event) waitEvent.resume(walk, node);
    else walk.timer(taskOf(walk, node), walk.nodes[node]!.due_at! - walk.at);
  },
};

function arm(walk: Walk, node: number): void {
  const due = walk.nodes[node]!.due_at!;
  walk.enter(node, 'waiting');
  if (due <= walk.at) walk.complete(node, { waited_until: new Date(due).toISOString() });
  else walk.timer(taskOf(walk, node), due - walk.at);
}

function dueAt(walk: Walk, config: Json): number {
  const { duration, duration_ms, until } = isObject(config) ? config : {};
  if (typeof duration_ms === 'number') return walk.at + duration_ms;
  if (typeof duration === 'number') return walk.at + Math.round(duration * 1000);
  if (typeof duration === 'string') {
    const ms = parseDuration(duration);
    if (ms === undefined)
      throw new Fault(
        'EXPRESSION_FAILED',
        `the duration is ${JSON.stringify(duration)}; it must read like 5s, 2h or PT10M`,
      );
    return walk.at + ms;
  }
  const time = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(time))
    throw new Fault(
      'EXPRESSION_FAILED',
      `the time to wait for is ${JSON.stringify(until)}; it must be an RFC 3339 time`,
    );
  return time;
}
