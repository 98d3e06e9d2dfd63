import express, { type Express, type Request, type Response } from 'express';
import type { StoredTrigger } from '../../adapters/postgres/triggers.js';
import { violations } from '../../adapters/json-schema/validate.js';
import { isSigned } from '../../adapters/webhooks/signatures.js';
import type { Delivery, Outcome } from '../../core/contract/triggers.js';
import { Fault, type FaultCode, FAULTS } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { MAX_DELIVERY_BYTES, MAX_VALUE_DEPTH } from '../../core/limits.js';
import type { ApiDeps } from '../deps.js';
import { isDeeper, passed } from '../http/body.js';
import { faultOf } from '../http/problem.js';
import { act, type Done } from './actions.js';
import { deliveryId } from './delivery-id.js';

const HOOK = /^[\w-]{32}$/;
/** What is compressed has been signed in one form and would be read in another: it is refused. */
const readRaw = express.raw({ type: () => true, limit: MAX_DELIVERY_BYTES, inflate: false });

type Log = (err: unknown, requestId: unknown) => void;

/**
 * `POST /hooks/:hook`: deliveries to triggers, from those who have no API key. What holds:
 * 1. Nothing is read for a URL that is no enabled trigger's, and nobody learns which of the two it is.
 * 2. The body is verified as it was sent, before anything of it is looked at.
 * 3. A delivery that comes again, at once or later, does nothing more and is answered with what the first did.
 */
export function hooks(app: Express, deps: ApiDeps, log: Log): void {
  app.post('/hooks/:hook', async (req, res) => {
    const { hook } = req.params;
    const trigger = HOOK.test(hook) ? await deps.triggers.behind(hook) : undefined;
    if (!trigger) throw new Fault('NOT_FOUND', 'there is no such hook');
    const seen: { id?: string } = {};
    const record = async (outcome: Outcome, status: number, about: { code?: FaultCode; runId?: string } = {}) =>
      deps.deliveries
        .record(trigger.id, {
          ...{ outcome, status, deliveryId: seen.id ?? null },
          ...{ runId: about.runId ?? null, code: about.code ?? null },
        })
        .catch((err: unknown) => log(err, res.getHeader('x-request-id'))); // the delivery itself is dealt with
    try {
      const done = await deliver(deps, trigger, { req, res, seen });
      const status = done.repeated ? 200 : 202;
      const [outcome, about] =
        'run_id' in done ? (['started', { runId: done.run_id }] as const) : (['sent', {}] as const);
      await record(done.repeated ? 'repeated' : outcome, status, about);
      res.status(status).json(done);
    } catch (err) {
      const { code } = faultOf(err);
      await record(OUTCOMES[code] ?? 'failed', FAULTS[code].http, { code });
      throw err;
    }
  });
}

const OUTCOMES: Partial<Record<FaultCode, Outcome>> = {
  UNAUTHENTICATED: 'unsigned',
  REQUEST_INVALID: 'malformed',
  UNSUPPORTED_MEDIA_TYPE: 'malformed',
  TOO_LARGE: 'too_large',
  INPUT_INVALID: 'refused',
  RUN_CLOSED: 'refused',
  EXPRESSION_FAILED: 'refused',
  EXPRESSION_LIMIT: 'refused',
};

/** `seen.id` is set once the delivery has proved whom it comes from. */
async function deliver(
  deps: ApiDeps,
  trigger: StoredTrigger,
  { req, res, seen }: { req: Request; res: Response; seen: { id?: string } },
): Promise<Done> {
  const { signature, dedupe, schema, headers } = trigger.definition;
  await passed(readRaw, req, res);
  const raw = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  const header = (name: string) => req.get(name);
  const now = new Date();
  if (!isSigned({ header, body: raw }, signature, deps.triggers.secretsOf(trigger, now), now.getTime()))
    throw new Fault('UNAUTHENTICATED', 'the delivery could not be verified');
  const body = parsed(raw);
  seen.id = deliveryId(dedupe, header, body);
  const before = await deps.deliveries.runOf({ triggerId: trigger.id, deliveryId: seen.id }, now);
  if (before !== undefined) return repeated(deps, before);
  const problems = schema ? violations(schema, body) : [];
  if (problems.length > 0)
    throw new Fault('INPUT_INVALID', 'the body does not fit the trigger’s schema', {
      details: { errors: problems.map((problem) => ({ code: 'INPUT_INVALID', ...problem })) },
    });
  const allowed = Object.fromEntries(headers.map((name) => [name, header(name) ?? '']));
  const delivery: Delivery = { id: seen.id, body, headers: allowed };
  return act(deps, trigger, delivery);
}

/** If the first delivery could not reach Temporal, this one may: a run has one id, and is started once. */
async function repeated(deps: ApiDeps, runId: string): Promise<Done> {
  const waiting = await deps.runs.acceptedAndQueued(runId);
  if (waiting) await deps.engine.start(waiting);
  return { run_id: runId, repeated: true };
}

function parsed(raw: Buffer): Json {
  let body: Json;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as Json;
  } catch (err) {
    throw new Fault('REQUEST_INVALID', 'the body is not JSON in UTF-8', { cause: err });
  }
  if (isDeeper(body, MAX_VALUE_DEPTH))
    throw new Fault('REQUEST_INVALID', `nothing may be nested deeper than ${MAX_VALUE_DEPTH}`);
  return body;
}
