import { z } from 'zod';
import { archivedEvents } from '../../adapters/postgres/seal.js';
import { gateDetail, gateEntry } from '../../core/contract/gates.js';
import type { Decision } from '../../core/contract/work.js';
import { gateHistory } from '../../core/events/gate-history.js';
import { type GatePolicy, missing } from '../../core/engine/kinds/quorum.js';
import type { GateDeadline } from '../../core/nodes/human-gate.js';
import { MAX_GATE_COMMENTS, MAX_PAGE } from '../../core/limits.js';
import type { Plan } from '../../core/spec/plan.js';
import type { RunEvent } from '../../core/events/event.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { specOf } from '../runs/plan.js';
import { headerOf } from '../runs/read.js';
import { foundGate, keyOf, ofGate } from './found.js';
import { assignedAs, rightsOf } from './rights.js';

const tag = 'gates';

export const getGate = endpoint({
  method: 'get',
  path: '/gates/:run/:node',
  tag,
  summary: 'One gate, with all that is needed to decide it',
  action: 'read',
  params: ofGate,
  responses: { 200: { description: 'The gate', schema: gateDetail } },
  async handle({ caller, params }, deps) {
    const row = await foundGate(deps, caller, params);
    const header = await headerOf(deps, caller.orgId, params.run);
    const [{ plan }, comments, rights] = await Promise.all([
      specOf(deps, header),
      deps.gateComments.list(keyOf(caller, params), MAX_PAGE),
      rightsOf(deps, caller),
    ]);
    const { policy, deadline } = configOf(plan, params.node);
    const quorum = policy?.quorum ?? [{ role: row.role ?? 'approver', count: 1 }];
    const yes = (row.votes as unknown as Decision[]).filter(({ decision }) => decision === 'approve');
    const left = missing(quorum, yes);
    const { id, workflow, version, starter } = header;
    return {
      status: 200,
      body: {
        ...row,
        quorum,
        missing: row.status === 'open' ? left.map(({ seat, count }) => ({ ...seat, count })) : [],
        exclude: policy?.exclude ?? [],
        deadline: deadline ? consequence(deadline, row.opened_at) : null,
        you: assignedAs(rights, row),
        comments,
        run: { id, workflow, version, starter, href: `/api/v1/workflow_runs/${encodeURIComponent(id)}` },
      },
    };
  },
});

/** Empty where the run was amended since, and has no such gate any more. */
function configOf(plan: Plan, node: string): { policy?: GatePolicy; deadline?: GateDeadline } {
  const gate = plan.nodes.find(({ key, type }) => key === node && type === 'human_gate');
  return (gate?.config ?? {}) as { policy?: GatePolicy; deadline?: GateDeadline };
}

const consequence = ({ then, escalate }: GateDeadline, openedAt: string) => ({
  then,
  escalate_to: escalate?.to ?? null,
  escalates_at: escalate ? new Date(Date.parse(openedAt) + escalate.after_ms).toISOString() : null,
});

export const getGateHistory = endpoint({
  method: 'get',
  path: '/gates/:run/:node/history',
  tag,
  summary: 'All that happened to a gate: who was asked, reminded, worked on it, said and decided what',
  action: 'read',
  params: ofGate,
  responses: { 200: { description: 'In order of time', schema: z.object({ items: z.array(gateEntry) }) } },
  async handle({ caller, params }, deps) {
    const gate = await foundGate(deps, caller, params);
    const key = keyOf(caller, params);
    const [events, claims, comments] = await Promise.all([
      eventsOf(deps, caller.orgId, params.run),
      deps.gateClaims.of(key),
      deps.gateComments.list(key, MAX_GATE_COMMENTS),
    ]);
    return { status: 200, body: { items: gateHistory(params.node, { events, gate, claims, comments }, new Date()) } };
  },
});

/** A closed run's as they were sealed; undefined when its archive was removed. */
async function eventsOf(deps: ApiDeps, orgId: string, run: string): Promise<readonly RunEvent[] | undefined> {
  const { sealed, ...header } = await headerOf(deps, orgId, run);
  return sealed ? archivedEvents(deps.db, run) : deps.engine.events(header);
}
