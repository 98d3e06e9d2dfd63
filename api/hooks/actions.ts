import { createHash } from 'node:crypto';
import { newId } from '../../adapters/ids.js';
import type { StoredTrigger } from '../../adapters/postgres/triggers.js';
import type { Action, Delivery } from '../../core/contract/triggers.js';
import { eventId } from '../../core/contract/named-events.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { EVENT_TTL_MS, MAX_EVENT_KEY_CHARS } from '../../core/limits.js';
import { parseDuration } from '../../core/spec/duration.js';
import { inputOf } from '../../core/triggers/template.js';
import type { ApiDeps } from '../deps.js';
import { sendToRun, sendToWaiting } from '../events/send.js';
import { newRun } from '../runs/start.js';
import { found } from '../workflows/endpoints.js';

/** What a delivery has led to; `repeated`: by an earlier one with the same id. */
export type Done = { repeated: boolean } & ({ run_id: string } | SentEvent);
/** An event that it was; what became of it in the run that it was for, or in those that waited. */
interface SentEvent {
  event_id: string;
  runs: { run_id: string; status: string }[];
}

type Act<K extends Action['kind']> = (
  deps: ApiDeps,
  trigger: StoredTrigger,
  action: Extract<Action, { kind: K }>,
  delivery: Delivery,
) => Promise<Done>;

/** What each kind of action does with a delivery that was verified. It does not compile with one missing. */
const ACTIONS: { [K in Action['kind']]: Act<K> } = { start_run: startRun, deliver_event: deliverEvent };

export const act = (deps: ApiDeps, trigger: StoredTrigger, delivery: Delivery): Promise<Done> => {
  const { action } = trigger.definition;
  return (ACTIONS[action.kind] as (...about: [ApiDeps, StoredTrigger, Action, Delivery]) => Promise<Done>)(
    deps,
    trigger,
    action,
    delivery,
  );
};

/** As POST /workflows/:id/run: the row first, then the workflow. The row is written only if no delivery of that id has been taken. */
async function startRun(
  deps: ApiDeps,
  { id, orgId, definition }: StoredTrigger,
  { workflow: name, version, input }: Extract<Action, { kind: 'start_run' }>,
  delivery: Delivery,
): Promise<Done> {
  const runId = newId('run');
  const workflow = await found(deps, orgId, name, { version, run: runId });
  const run = await newRun(deps, { orgId, subject: `trigger:${id}` }, workflow, {
    id: runId,
    input: inputOf(input, delivery),
    metadata: { trigger: id, delivery: delivery.id },
  });
  const now = new Date();
  const until = new Date(now.getTime() + parseDuration(definition.dedupe.ttl)!);
  const ref = { triggerId: id, deliveryId: delivery.id };
  if (await deps.deliveries.take(ref, run, { now, until })) {
    await deps.engine.start(run);
    return { run_id: run.header.id, repeated: false };
  }
  const before = await deps.deliveries.runOf(ref, now);
  if (before === undefined) throw new Fault('NOT_FOUND', 'there is no such hook'); // removed or disabled a moment ago
  return { run_id: before, repeated: true };
}

/** As POST /events/:name, or /workflow_runs/:id/events/:name. The delivery's id is in the event's: a repeated one is known again there. */
async function deliverEvent(
  deps: ApiDeps,
  { id, orgId, definition }: StoredTrigger,
  { event: name, run, key, data }: Extract<Action, { kind: 'deliver_event' }>,
  delivery: Delivery,
): Promise<Done> {
  const event = {
    ...{ name, id: eventIdOf(id, delivery.id), data: inputOf(data, delivery) },
    key: key === undefined ? '' : textOf('key', inputOf(key, delivery), MAX_EVENT_KEY_CHARS),
  };
  if (run === undefined) {
    const ttl = Math.max(EVENT_TTL_MS, parseDuration(definition.dedupe.ttl)!);
    const { repeated, runs } = await sendToWaiting(deps, { orgId, subject: `trigger:${id}` }, event, ttl);
    return { event_id: event.id, repeated, runs };
  }
  const runId = textOf('run', inputOf(run, delivery), MAX_EVENT_KEY_CHARS);
  const { outcome } = await sendToRun(deps, orgId, runId, event);
  return { event_id: event.id, repeated: outcome === 'repeated', runs: [{ run_id: runId, status: outcome }] };
}

/** Each trigger's deliveries have names of their own. */
function eventIdOf(trigger: string, delivery: string): string {
  const plain = `${trigger}/${delivery}`;
  return eventId.safeParse(plain).success
    ? plain
    : `${trigger}/sha256:${createHash('sha256').update(delivery).digest('hex')}`;
}

function textOf(what: string, value: Json, most: number): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.length <= most && !text.includes('\0')) return text;
  throw new Fault('INPUT_INVALID', `the event's ${what} must be text of at most ${most} characters`);
}
