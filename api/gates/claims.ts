import { z } from 'zod';
import { gateClaim } from '../../core/contract/gates.js';
import { Fault } from '../../core/fault.js';
import { CLAIM_MS, MAX_CLAIM_MS } from '../../core/limits.js';
import { endpoint } from '../http/endpoint.js';
import { assignedGate, claimedFault, foundGate, keyOf, ofGate } from './found.js';

const tag = 'gates';
const take_over = z.boolean().default(false).describe('Also if somebody else works on it.');
const responses = {
  200: {
    description: 'Who works on it now',
    schema: z.object({ run_id: z.string(), node_key: z.string(), claim: gateClaim.nullable() }),
  },
  409: { description: 'Somebody else works on it, or the gate is not open' },
};

export const claimGate = endpoint({
  method: 'post',
  path: '/gates/:run/:node/claim',
  tag,
  summary: 'Tell others that you work on a gate; again, to keep it for longer',
  action: 'gates:decide',
  params: ofGate,
  body: z.strictObject({
    take_over,
    minutes: z
      .int()
      .min(1)
      .max(MAX_CLAIM_MS / 60_000)
      .default(CLAIM_MS / 60_000)
      .describe('For how long. It ends before that when the gate is closed or asked again.'),
  }),
  responses,
  async handle({ caller, params, body }, deps) {
    await assignedGate(deps, caller, params);
    const wish = { ms: body.minutes * 60_000, takeOver: body.take_over };
    const claim = await deps.gateClaims.claim(keyOf(caller, params), caller.subject, wish);
    if (!claim) throw new Fault('GATE_CLOSED', `gate ${params.node} is not open`);
    if (claim.holder !== caller.subject) throw claimedFault(params.node, claim);
    return { status: 200, body: { run_id: params.run, node_key: params.node, claim } };
  },
});

export const releaseGate = endpoint({
  method: 'post',
  path: '/gates/:run/:node/release',
  tag,
  summary: 'Tell others that you do not work on a gate any more',
  action: 'gates:decide',
  params: ofGate,
  body: z.strictObject({}),
  responses,
  async handle({ caller, params }, deps) {
    await foundGate(deps, caller, params);
    const left = await deps.gateClaims.end(keyOf(caller, params), [caller.subject], {
      how: 'released',
      takeOver: false,
    });
    if (left) throw claimedFault(params.node, left);
    return { status: 200, body: { run_id: params.run, node_key: params.node, claim: null } };
  },
});
