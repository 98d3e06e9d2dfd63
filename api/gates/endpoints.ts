import { z } from 'zod';
import { violations } from '../../adapters/json-schema/validate.js';
import { seatsOf } from '../../core/contract/delegations.js';
import { unfit } from '../../core/contract/input.js';
import { anyJson } from '../../core/contract/views.js';
import type { Decision } from '../../core/contract/work.js';
import { personsOf } from '../../core/engine/kinds/quorum.js';
import type { Json, JsonSchema } from '../../core/json.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { text } from '../http/text.js';
import { specOf } from '../runs/plan.js';
import { headerOf, viewOf } from '../runs/read.js';
import { claimedFault } from './found.js';

const tag = 'gates';

export const decideGate = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/nodes/:key/decision',
  tag,
  summary: 'Approve or deny an open gate',
  action: 'gates:decide',
  params: z.object({ id: z.string(), key: z.string() }),
  body: z.strictObject({
    decision: z.enum(['approve', 'deny']),
    comment: text().max(4000).optional(),
    evidence: text()
      .max(100)
      .optional()
      .describe('The gate’s `evidence`, as it was shown; a gate with a policy asks for it.'),
    form: anyJson.optional().describe('What the gate’s form asks for.'),
    on_behalf_of: text().max(300).optional().describe('In whose place you decide, who has delegated it to you.'),
    take_over: z.boolean().default(false).describe('Also if somebody else works on it.'),
  }),
  responses: {
    200: {
      description: 'Taken',
      schema: z.object({
        run_id: z.string(),
        node_key: z.string(),
        decision: z.enum(['approve', 'deny']),
        decided_by: z.string(),
      }),
    },
    403: { description: 'The gate is for others, or nobody has delegated it' },
    409: { description: 'The gate takes no decision: it was decided, is not open, or somebody else works on it' },
  },
  async handle({ caller, params, body }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    if (header.sealed) throw await closed(params.key, viewOf(deps, header));
    const { decision, comment, evidence, take_over } = body;
    const { roles, groups, ...whose } = await seatFor(deps, caller, header.workflow, body.on_behalf_of);
    const persons = personsOf({ actor: caller.subject, ...whose });
    if (!take_over) await unclaimed(deps, caller, header.id, params.key, persons);
    const form = await filledIn(deps, header, params.key, body);
    const taken = await deps.engine
      .decide(header.id, {
        ...{ node: params.key, decision, actor: caller.subject, roles, at: new Date().toISOString() },
        ...(groups.length === 0 ? {} : { groups }),
        ...whose,
        ...(evidence === undefined ? {} : { evidence }),
        ...(form === undefined ? {} : { form }),
        ...(comment === undefined ? {} : { comment }),
      })
      .catch(async (err: unknown) => {
        // The run is over, but not sealed yet: its history says who decided.
        throw err instanceof Fault && err.code === 'RUN_CLOSED' ? await closed(params.key, viewOf(deps, header)) : err;
      });
    await deps.gateClaims.end({ orgId: caller.orgId, run: header.id, node: params.key }, persons, {
      ...{ how: 'decided', takeOver: take_over },
    });
    await deps.audit.record(caller.orgId, caller.subject, `gate.${decision}`, `${header.id}/${params.key}`, {
      ...(comment === undefined ? {} : { comment }),
      ...(whose.on_behalf_of === undefined ? {} : { on_behalf_of: whose.on_behalf_of }),
    });
    return { status: 200, body: { run_id: header.id, node_key: params.key, ...taken } };
  },
});

/** The run is over: says who decided, if somebody did. */
async function closed(key: string, view: ReturnType<typeof viewOf>): Promise<Fault> {
  const node = (await view).nodes.find((each) => each.key === key);
  if (node?.type !== 'human_gate') return new Fault('NOT_FOUND', `the run has no gate ${key}`);
  const { decided_by, decision } = (node.output ?? {}) as { decided_by?: string; decision?: string };
  if (decided_by === undefined) return new Fault('GATE_CLOSED', `gate ${key} is ${node.status}: the run is over`);
  return new Fault('GATE_CLOSED', `${decided_by} decided gate ${key} already: ${decision}`, {
    details: { decided_by, decision: decision ?? null },
  });
}

type Seat = Pick<Decision, 'roles' | 'on_behalf_of' | 'groups_only'> & { groups: string[] };

/** Whose roles and groups count. Throws FORBIDDEN when that person has delegated nothing to the caller that is in force for this workflow. */
async function seatFor(deps: ApiDeps, caller: Caller, workflow: string, person: string | undefined): Promise<Seat> {
  if (person === undefined || person === caller.subject) return { roles: caller.roles, groups: caller.groups };
  const seats = seatsOf(await deps.delegations.inForce(caller.orgId, caller.subject), person, workflow);
  if (!seats)
    throw new Fault(
      'FORBIDDEN',
      `${person} has delegated nothing to ${caller.subject} that is in force for ${workflow}`,
    );
  const { roles, groups, groupsOnly } = seats;
  return { roles, groups, on_behalf_of: person, ...(groupsOnly ? { groups_only: true as const } : {}) };
}

/** Throws GATE_CLAIMED when somebody works on it who has no part in the decision, unless it is taken over. */
async function unclaimed(
  deps: ApiDeps,
  { orgId }: Caller,
  run: string,
  node: string,
  persons: string[],
): Promise<void> {
  const claim = (await deps.gates.find(orgId, run, node))?.claim;
  if (claim && !persons.includes(claim.holder)) throw claimedFault(node, claim);
}

/** Throws INPUT_INVALID with every problem when an approval does not bring along what the gate's form asks for. */
async function filledIn(
  deps: ApiDeps,
  header: Awaited<ReturnType<typeof headerOf>>,
  key: string,
  { decision, form }: { decision: string; form?: Json | undefined },
): Promise<Json | undefined> {
  const { plan } = await specOf(deps, header);
  const node = plan.nodes.find((each) => each.key === key);
  const schema = (node?.config as { form?: JsonSchema } | null | undefined)?.form;
  const problems = schema && (decision === 'approve' || form !== undefined) ? violations(schema, form ?? null) : [];
  if (problems.length === 0) return form;
  const message = `what the decision brings along does not fit the form of gate ${key}`;
  throw unfit('INPUT_INVALID', message, '/form', problems);
}
