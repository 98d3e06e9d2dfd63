import { violations } from '../../adapters/json-schema/validate.js';
import type { SentFate } from '../../adapters/postgres/sent-events.js';
import { unfit } from '../../core/contract/input.js';
import type { EventFate } from '../../core/contract/named-events.js';
import { unknownEvent, waitsOf } from '../../core/engine/deliver.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { EVENT_TTL_MS, MAX_EVENT_BYTES } from '../../core/limits.js';
import type { Plan } from '../../core/spec/plan.js';
import type { ApiDeps } from '../deps.js';
import { headerOf } from '../runs/read.js';

/** An event as somebody sends it. */
interface GivenEvent {
  name: string;
  key: string;
  data: Json;
  id: string;
}
type Deps = Pick<ApiDeps, 'runs' | 'values' | 'engine' | 'events'>;

/** To one run. Throws NOT_FOUND (the run, or a wait for it), RUN_CLOSED, INPUT_INVALID with every problem of the data, RUN_STATE. */
export async function sendToRun(deps: ApiDeps, orgId: string, run: string, event: GivenEvent): Promise<EventFate> {
  const { sealed } = await headerOf(deps, orgId, run);
  if (sealed) throw new Fault('RUN_CLOSED', `run ${run} is over`);
  check((await deps.runs.accepted(run))!.plan, event);
  return deps.engine.deliver(run, { ...(await light(deps, orgId, event)), sent_at: new Date().toISOString() });
}

/** To whichever runs of the org wait for it. Throws INPUT_INVALID when its data fits none of those that do. */
export async function sendToWaiting(
  deps: Deps,
  { orgId: org, subject: sender }: { orgId: string; subject: string },
  event: GivenEvent,
  ttl_ms = EVENT_TTL_MS,
): Promise<SentFate & { repeated: boolean }> {
  return deps.events.send({ ...(await light(deps, org, event)), org, sender, ttl_ms });
}

/** What is large of its data lies outside of history. */
const light = async ({ values }: Deps, orgId: string, event: GivenEvent): Promise<GivenEvent> => ({
  ...event,
  data: await values.externalise(orgId, event.data, MAX_EVENT_BYTES),
});

/** An event fits every wait of its name: which of them takes it is the run's business. */
function check(plan: Plan, { name, data }: GivenEvent): void {
  const meant = waitsOf(plan).filter(({ event }) => event === name);
  if (meant.length === 0) throw unknownEvent(name, plan);
  const problems = meant.flatMap(({ schema }) => (schema === undefined ? [] : violations(schema, data)));
  if (problems.length > 0)
    throw unfit('INPUT_INVALID', `the data does not fit the schema of event ${name}`, '/data', problems);
}
