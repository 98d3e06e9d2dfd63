import { z } from 'zod';
import { violations } from '../../adapters/json-schema/validate.js';
import { seatsOf } from '../../core/contract/delegations.js';
import { unfit } from '../../core/contract/input.js';
import { anyJson } from '../../core/contract/views.js';
import type { Decision } from '../../core/contract/work.js';
import { personsOf } from '../../core/engine/kinds/quorum.js';
import { ANSWER_FORM } from '../../core/nodes/agent-call.js';
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
    sign_only: z
      .boolean()
      .optional()
      .describe('Don’t decide: answer the signed decision, for the signal `decide` of Temporal’s own tools.'),
  }),
  responses: {
    200: {
      description: 'Taken, or signed',
      schema: z.object({
        run_id: z.string(),
        node_key: z.string(),
        decision: z.enum(['approve', 'deny']),
        decided_by: z.string(),
        signal: z
          .object({ name: z.literal('decide'), input: z.record(z.string(), anyJson) })
          .optional()
          .describe('With `sign_only`: the signal to send to the workflow of the run’s id. It is good for a day.'),
      }),
    },
    403: { description: 'The gate is for others, or nobody has delegated it' },
    409: { description: 'The gate takes no decision: it was decided, is not open, or somebody else works on it' },
  },
  async handle({ caller, params, body }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    if (header.sealed) throw await closed(params.key, viewOf(deps, header));
    const of = { run_id: header.id, node_key: params.key };
    if (!body.sign_only)
      return { status: 200, body: { ...of, ...(await takeDecision(deps, caller, header, params.key, body)) } };
    const asked = await deps.gates.asked(header.id, params.key);
    if (!asked) throw new Fault('NOT_FOUND', `the inbox has no gate ${params.key} of run ${header.id}`);
    if (!asked.isOpen) throw new Fault('GATE_CLOSED', `gate ${params.key} waits for no decision`);
    const given = await decisionOf(deps, caller, header, params.key, body);
    const { decision, actor } = given;
    const signal = { name: 'decide', input: deps.engine.signed(header.id, given) };
    await deps.audit.record(caller.orgId, actor, `gate.${decision}.signed`, `${header.id}/${params.key}`, {});
    return { status: 200, body: { ...of, decision, decided_by: actor, signal } };
  },
});

type Header = Awaited<ReturnType<typeof headerOf>>;
/** What somebody decides, as they say it. */
export interface Wish {
  decision: 'approve' | 'deny';
  comment?: string | undefined;
  evidence?: string | undefined;
  form?: Json | undefined;
  on_behalf_of?: string | undefined;
  /** Also if somebody else works on it. */
  take_over?: boolean;
}
/** Who decides: a caller, or whom a link speaks for. */
type Decider = Pick<Caller, 'orgId' | 'subject' | 'roles' | 'groups'>;

/** Takes a decision, and has it on record. Throws as the run refuses it, INPUT_INVALID, and GATE_CLAIMED. */
export async function takeDecision(
  deps: ApiDeps,
  who: Decider,
  header: Header,
  key: string,
  wish: Wish,
): Promise<{ decision: 'approve' | 'deny'; decided_by: string }> {
  const given = await decisionOf(deps, who, header, key, wish);
  const taken = await deps.engine.decide(header.id, given).catch(async (err: unknown) => {
    // The run is over, but not sealed yet: its history says who decided.
    throw err instanceof Fault && err.code === 'RUN_CLOSED' ? await closed(key, viewOf(deps, header)) : err;
  });
  await deps.gateClaims.end({ orgId: who.orgId, run: header.id, node: key }, personsOf(given), {
    ...{ how: 'decided', takeOver: wish.take_over ?? false },
  });
  await deps.audit.record(who.orgId, who.subject, `gate.${wish.decision}`, `${header.id}/${key}`, {
    ...(wish.comment === undefined ? {} : { comment: wish.comment }),
    ...(given.on_behalf_of === undefined ? {} : { on_behalf_of: given.on_behalf_of }),
  });
  return taken;
}

async function decisionOf(deps: ApiDeps, who: Decider, header: Header, key: string, wish: Wish): Promise<Decision> {
  const { decision, comment, evidence } = wish;
  const { roles, groups, ...whose } = await seatFor(deps, who, header.workflow, wish.on_behalf_of);
  const persons = personsOf({ actor: who.subject, ...whose });
  if (!wish.take_over) await unclaimed(deps, who, header.id, key, persons);
  const form = await filledIn(deps, header, key, wish);
  const asked = await deps.gates.asked(header.id, key);
  return {
    ...{ node: key, decision, actor: who.subject, roles, at: new Date().toISOString() },
    ...(groups.length === 0 ? {} : { groups }),
    ...whose,
    ...(evidence === undefined ? {} : { evidence }),
    ...(form === undefined ? {} : { form }),
    ...(comment === undefined ? {} : { comment }),
    ...(asked?.round ? { round: asked.round } : {}),
  };
}

/** The run is over: says who decided, if somebody did. */
async function closed(key: string, view: ReturnType<typeof viewOf>): Promise<Fault> {
  const node = (await view).nodes.find((each) => each.key === key);
  if (node?.type !== 'human_gate' && node?.type !== 'agent_call')
    return new Fault('NOT_FOUND', `the run has no gate ${key}`);
  const { decided_by, decision } = (node.output ?? {}) as { decided_by?: string; decision?: string };
  if (decided_by === undefined) return new Fault('GATE_CLOSED', `gate ${key} is ${node.status}: the run is over`);
  return new Fault('GATE_CLOSED', `${decided_by} decided gate ${key} already: ${decision}`, {
    details: { decided_by, decision: decision ?? null },
  });
}

type Seat = Pick<Decision, 'roles' | 'on_behalf_of' | 'groups_only'> & { groups: string[] };

/** Whose roles and groups count. Throws FORBIDDEN when that person has delegated nothing to the caller that is in force for this workflow. */
async function seatFor(deps: ApiDeps, caller: Decider, workflow: string, person: string | undefined): Promise<Seat> {
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
  { orgId }: Decider,
  run: string,
  node: string,
  persons: string[],
): Promise<void> {
  const claim = (await deps.gates.find(orgId, run, node))?.claim;
  if (claim && !persons.includes(claim.holder)) throw claimedFault(node, claim);
}

/**
 * What the decision brings along; an approval without anything fills in a form that needs nothing. Throws INPUT_INVALID with every problem when an
 * approval does not bring along what the gate's form asks for.
 */
async function filledIn(
  deps: ApiDeps,
  header: Header,
  key: string,
  { decision, form }: { decision: string; form?: Json | undefined },
): Promise<Json | undefined> {
  const { plan } = await specOf(deps, header);
  const node = plan.nodes.find((each) => each.key === key);
  const asks = (node?.config as { form?: JsonSchema; questions?: Json } | null | undefined) ?? {};
  const schema = node?.type === 'agent_call' && asks.questions ? ANSWER_FORM : asks.form;
  const filled = form ?? (schema && decision === 'approve' ? {} : undefined);
  const problems = schema && filled !== undefined ? violations(schema, filled) : [];
  if (problems.length === 0) return filled;
  const message = `what the decision brings along does not fit the form of gate ${key}`;
  throw unfit('INPUT_INVALID', message, '/form', problems);
}
