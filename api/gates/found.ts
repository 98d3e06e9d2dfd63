import { z } from 'zod';
import type { GateKey } from '../../adapters/postgres/gate-claims.js';
import type { GateRow, HeldClaim } from '../../adapters/postgres/gate-rows.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps, Caller } from '../deps.js';
import { assignedAs, rightsOf } from './rights.js';

export const ofGate = z.object({ run: z.string(), node: z.string().describe('The node’s key.') });
type OfGate = z.infer<typeof ofGate>;

export const keyOf = ({ orgId }: Caller, { run, node }: OfGate): GateKey => ({ orgId, run, node });

/** Throws NOT_FOUND when the org has no such gate, or the run has not asked it yet. */
export async function foundGate(
  { gates }: Pick<ApiDeps, 'gates'>,
  { orgId }: Caller,
  { run, node }: OfGate,
): Promise<GateRow> {
  const row = await gates.find(orgId, run, node);
  if (!row) throw new Fault('NOT_FOUND', `run ${run} has asked no gate ${node}`);
  return row;
}

/** The gate, when it is the caller's to decide, in person or for others. Throws NOT_FOUND, FORBIDDEN. */
export async function assignedGate(deps: ApiDeps, caller: Caller, of: OfGate): Promise<GateRow> {
  const row = await foundGate(deps, caller, of);
  const { assigned, on_behalf_of } = assignedAs(await rightsOf(deps, caller), row);
  if (row.status === 'open' && !assigned && on_behalf_of.length === 0)
    throw new Fault('FORBIDDEN', `gate ${of.node} is for others than ${caller.subject}`);
  return row;
}

export const claimedFault = (node: string, { holder, claimed_at, expires_at }: HeldClaim): Fault =>
  new Fault('GATE_CLAIMED', `${holder} works on gate ${node}: say take_over to go on without them`, {
    details: { claimed_by: holder, claimed_at, expires_at },
  });
