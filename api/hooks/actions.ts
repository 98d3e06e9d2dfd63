import { newId } from '../../adapters/ids.js';
import type { StoredTrigger } from '../../adapters/postgres/triggers.js';
import type { Action, Delivery } from '../../core/contract/triggers.js';
import { Fault } from '../../core/fault.js';
import { parseDuration } from '../../core/spec/duration.js';
import { inputOf } from '../../core/triggers/template.js';
import type { ApiDeps } from '../deps.js';
import { newRun } from '../runs/start.js';
import { found } from '../workflows/endpoints.js';

/** What a delivery has led to; `repeated`: by an earlier one with the same id. */
export interface Done {
  run_id: string;
  repeated: boolean;
}

type Act<K extends Action['kind']> = (
  deps: ApiDeps,
  trigger: StoredTrigger,
  action: Extract<Action, { kind: K }>,
  delivery: Delivery,
) => Promise<Done>;

/** What each kind of action does with a delivery that was verified. It does not compile with one missing. */
const ACTIONS: { [K in Action['kind']]: Act<K> } = { start_run: startRun };

export const act = (deps: ApiDeps, trigger: StoredTrigger, delivery: Delivery): Promise<Done> => {
  const { action } = trigger.definition;
  return ACTIONS[action.kind](deps, trigger, action, delivery);
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
