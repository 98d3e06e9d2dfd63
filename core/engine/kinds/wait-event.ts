import type { EventWait, NamedEvent } from '../../contract/named-events.js';
import { Fault } from '../../fault.js';
import { isObject, type Json, type JsonSchema } from '../../json.js';
import { MAX_EVENT_KEY_CHARS } from '../../limits.js';
import { type Fact, isTaskOf, type TaskId, UNTIL_IT_WORKS } from '../facts.js';
import { takeEvent } from '../deliver.js';
import type { Received } from '../mailbox.js';
import { isFinal } from '../state.js';
import { taskOf } from '../task-names.js';
import type { Walk } from '../walk.js';
import type { Kind } from './kind.js';

/** A wait for an event, as the plan has it. */
export interface EventConfig {
  event: string;
  key?: Json;
  /** Absent: for as long as the run lives. */
  timeout_ms?: number;
  /** What happens when time is up. */
  then: 'fail' | 'continue';
  schema?: JsonSchema;
}

const AWAIT = '~await';
const DUE = '~due';
const FITS = '~fits';

/**
 * Waits for a named event with its key. One that lies in the run's mailbox is taken at once; otherwise the wait is made known outside, so
 * that an event which is sent to whoever waits finds it, and one that was sent so before is brought along.
 */
export const waitEvent = {
  begin(walk: Walk, node: number, bound: Json): void {
    const { event: name, key, timeout_ms } = bound as unknown as EventConfig;
    const state = walk.nodes[node]!;
    state.event = { name, key: keyOf(key ?? '') };
    walk.enter(node, 'waiting');
    if (timeout_ms !== undefined) state.due_at = walk.at + timeout_ms;
    takeEarly(walk, node);
    if (state.status !== 'waiting') return;
    register(walk, node);
    arm(walk, node);
  },
  fact(walk, node, task, fact): void {
    if (fact.is === 'fired') expire(walk, node);
    else if (task.endsWith(FITS)) checked(walk, node, fact);
    else if (fact.is === 'completed' && task.endsWith(AWAIT)) registered(walk, node, task, eventIn(fact.value));
  },
  resume(walk, node): void {
    const { registered, checking } = walk.nodes[node]!.event!;
    if (checking) check(walk, node, checking);
    if (!registered) register(walk, node);
    arm(walk, node);
  },
} satisfies Partial<Kind>;

function arm(walk: Walk, node: number): void {
  const { due_at } = walk.nodes[node]!;
  if (due_at !== undefined) walk.timer(named(walk, node, DUE), due_at - walk.at);
}

const named = (walk: Walk, node: number, suffix: string): TaskId => `${taskOf(walk, node)}${suffix}`;
const configOf = (walk: Walk, node: number): EventConfig => walk.plan.nodes[node]!.config as unknown as EventConfig;
const policyOf = (walk: Walk, node: number) => ({
  ...{ retry: UNTIL_IT_WORKS, attempt_ms: 10_000, summary: walk.key(node) },
});

function register(walk: Walk, node: number): void {
  const { event, round } = walk.nodes[node]!;
  const { name, key } = event!;
  const about = { run: walk.start.run, node: walk.key(node) };
  const { schema } = configOf(walk, node);
  const more = { ...(round === undefined ? {} : { round }), ...(schema === undefined ? {} : { schema }) };
  const input: EventWait = { ...about, ...more, name, key };
  const task = named(walk, node, AWAIT);
  walk.enqueue({ do: 'activity', task, activity: 'await_event', input, ...policyOf(walk, node) });
}

/** An event that it brought is taken as any other: if the wait has ended meanwhile, it lies in the mailbox for the next. */
function registered(walk: Walk, node: number, task: TaskId, brought: NamedEvent | undefined): void {
  const state = walk.nodes[node]!;
  if (state.event && task === named(walk, node, AWAIT)) state.event.registered = true; // not by an earlier round
  const outcome = brought && takeEvent(walk, brought);
  if (outcome !== 'repeated' || state.status !== 'waiting') return;
  // The run had it by another way. There may be a next one.
  state.round = (state.round ?? 0) + 1;
  delete state.event!.registered;
  register(walk, node);
}

const eventIn = (value: Json): NamedEvent | undefined =>
  isObject(value) && value['event'] ? (value['event'] as unknown as NamedEvent) : undefined;

function takeEarly(walk: Walk, node: number): void {
  const { name, key } = walk.nodes[node]!.event!;
  const early = walk.mailbox.take(name, key, walk.at);
  if (early) offer(walk, node, early);
}

/** An event is for the node: it is its output, once it is known to fit. What came by Update was checked by the API. */
export function offer(walk: Walk, node: number, event: Received): void {
  if (event.unchecked && configOf(walk, node).schema !== undefined) return check(walk, node, event);
  walk.agenda.queue.delete(named(walk, node, AWAIT)); // nobody needs to know of it any more; what is out may bring an event, and stays
  walk.withdraw((task) => isTaskOf(walk.key(node), task) && task.endsWith(DUE));
  walk.complete(node, outputOf(event));
}

/** A workflow has no validator: a worker looks. Meanwhile the node waits for nothing else. */
function check(walk: Walk, node: number, event: Received): void {
  walk.nodes[node]!.event!.checking = event;
  const input = { run: walk.start.run, schema: configOf(walk, node).schema!, data: event.data };
  const task = named(walk, node, FITS);
  walk.enqueue({ do: 'activity', task, activity: 'check_event', input, ...policyOf(walk, node) });
}

function checked(walk: Walk, node: number, fact: Fact): void {
  const { event } = walk.nodes[node]!;
  if (!event?.checking || isFinal(walk.nodes[node]!.status)) return;
  const { unchecked: _no, ...found } = event.checking;
  delete event.checking;
  if (fact.is === 'failed') return walk.fail(node, fact.error);
  if (fact.is !== 'completed') return;
  if ((fact.value as { fits: boolean }).fits) return offer(walk, node, found);
  const { name, key, id, sent_at } = found;
  walk.note({ received: { name, key, id, sent_at, outcome: 'unfit', nodes: [walk.key(node)] } });
  takeEarly(walk, node);
}

function outputOf({ name, key, data, id, sent_at, received_at }: Received): Json {
  return { received: true, event: name, key, data, id, sent_at, received_at: new Date(received_at).toISOString() };
}

function expire(walk: Walk, node: number): void {
  const { name, key, checking } = walk.nodes[node]!.event!;
  if (checking) walk.mailbox.keep(checking); // for who waits longer
  const { then, timeout_ms } = configOf(walk, node);
  if (then === 'continue') return walk.complete(node, { received: false, event: name, key });
  const which = key === '' ? name : `${name} with key ${key}`;
  const message = `no event ${which} came within ${timeout_ms} ms`;
  walk.fail(node, { code: 'EVENT_TIMED_OUT', message, details: { event: name, key } });
}

function keyOf(key: Json): string {
  const text = typeof key === 'number' || typeof key === 'boolean' ? String(key) : key;
  if (typeof text === 'string' && text.length <= MAX_EVENT_KEY_CHARS) return text;
  throw new Fault(
    'EXPRESSION_FAILED',
    `the key of an event is text of at most ${MAX_EVENT_KEY_CHARS} characters, not ${JSON.stringify(key).slice(0, 100)}`,
  );
}
