import { z } from 'zod';
import { violations } from '../../adapters/json-schema/validate.js';
import { ROLES } from '../../core/auth/can.js';
import { unfit } from '../../core/contract/input.js';
import { anyJson, gate } from '../../core/contract/views.js';
import type { Decision } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Json, JsonSchema } from '../../core/json.js';
import { ANSWER_FORM } from '../../core/nodes/agent-call.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';
import { headerOf, viewOf } from '../runs/read.js';

const tag = 'gates';

export const listGates = endpoint({
  method: 'get',
  path: '/gates',
  tag,
  summary: 'The inbox: what waits for a decision, longest waiting first',
  action: 'read',
  query: z.strictObject({
    ...pageQuery,
    assigned: z.literal('me').optional().describe('Only what the caller’s roles, groups or name may decide.'),
    status: z.enum(['open', 'decided', 'closed']).optional(),
  }),
  responses: { 200: { description: 'One page', schema: pageOf(gate) } },
  async handle({ caller, query: { cursor, limit, assigned, status } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text', 'text');
    const roles: readonly string[] = caller.roles.includes('admin') ? ROLES : caller.roles;
    const mine = assigned ? { roles: [...roles], addressees: addresseesFor(caller, roles) } : {};
    const wanted = status ?? (assigned ? 'open' : undefined);
    const after = place && { openedAt: place[0], runId: place[1], nodeKey: place[2] };
    const rows = await deps.gates.list(
      caller.orgId,
      { ...mine, ...(wanted ? { status: wanted } : {}) },
      limit + 1,
      after,
    );
    return { status: 200, body: page(rows, limit, (row) => [row.opened_at, row.run_id, row.node_key]) };
  },
});

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
    403: { description: 'The gate is for another role' },
    409: { description: 'The gate takes no decision: it was decided, or is not open' },
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

/** What somebody decides, as they say it. */
export interface Wish {
  decision: 'approve' | 'deny';
  comment?: string | undefined;
  evidence?: string | undefined;
  form?: Json | undefined;
}
/** Who decides: a caller, or whom a link speaks for. */
export type Decider = Pick<Caller, 'orgId' | 'subject' | 'roles' | 'groups'>;

/** Takes a decision, and has it on record. Throws as the run refuses it, and INPUT_INVALID. */
export async function takeDecision(
  deps: ApiDeps,
  who: Decider,
  header: Awaited<ReturnType<typeof headerOf>>,
  key: string,
  wish: Wish,
): Promise<{ decision: 'approve' | 'deny'; decided_by: string }> {
  const given = await decisionOf(deps, who, header, key, wish);
  const taken = await deps.engine.decide(header.id, given).catch(async (err: unknown) => {
    // The run is over, but not sealed yet: its history says who decided.
    throw err instanceof Fault && err.code === 'RUN_CLOSED' ? await closed(key, viewOf(deps, header)) : err;
  });
  const { comment } = wish;
  const about = comment === undefined ? {} : { comment };
  await deps.audit.record(who.orgId, who.subject, `gate.${wish.decision}`, `${header.id}/${key}`, about);
  return taken;
}

async function decisionOf(
  deps: ApiDeps,
  { subject, roles, groups }: Decider,
  { id }: RunHeader,
  key: string,
  wish: Wish,
): Promise<Decision> {
  const { decision, comment, evidence } = wish;
  const form = await filledIn(deps, id, key, wish);
  const asked = await deps.gates.asked(id, key);
  return {
    ...{ node: key, decision, actor: subject, roles, at: new Date().toISOString() },
    ...(groups.length === 0 ? {} : { groups }),
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

/** How gates with a policy name the caller. */
const addresseesFor = ({ subject, groups }: Caller, roles: readonly string[]): string[] => [
  subject,
  ...groups.map((group) => `group:${group}`),
  ...roles.map((role) => `role:${role}`),
];

/** Throws INPUT_INVALID with every problem when an approval does not bring along what the gate's form asks for. */
async function filledIn(
  deps: ApiDeps,
  run: string,
  key: string,
  { decision, form }: { decision: string; form?: Json | undefined },
): Promise<Json | undefined> {
  const node = (await deps.runs.accepted(run))?.plan.nodes.find((each) => each.key === key);
  const asks = (node?.config as { form?: JsonSchema; questions?: Json } | null | undefined) ?? {};
  const schema = node?.type === 'agent_call' && asks.questions ? ANSWER_FORM : asks.form;
  const problems = schema && (decision === 'approve' || form !== undefined) ? violations(schema, form ?? null) : [];
  if (problems.length === 0) return form;
  const message = `what the decision brings along does not fit the form of gate ${key}`;
  throw unfit('INPUT_INVALID', message, '/form', problems);
}
