import type { Decision, GateNote, GateOpening } from '../../contract/work.js';
import { isObject, type Json, type JsonSchema } from '../../json.js';
import { type AgentQuestions, ANSWER_FORM } from '../../nodes/agent-call.js';
import type { GateDeadline } from '../../nodes/human-gate.js';
import { type ActivityCommand, isTaskOf, type TaskId, UNTIL_IT_WORKS } from '../facts.js';
import type { NodeError } from '../outcome.js';
import type { GateState } from '../state.js';
import type { Walk } from '../walk.js';
import { taskOf } from '../task-names.js';
import type { Kind } from './kind.js';
import { settleQuestion } from './question.js';
import { addresseesOf, type GatePolicy, inWhosePlace, missing, nameOfSeat, sitsAs } from './quorum.js';

/** A gate's config as the plan has it; without a policy one person with the role decides. */
export interface GateConfig {
  role?: string;
  policy?: GatePolicy;
  form?: JsonSchema;
  deadline?: GateDeadline;
  unsigned_signals?: boolean;
}
export function gateConfig(walk: Walk, node: number): GateConfig {
  const { type, config } = walk.plan.nodes[node]!;
  if (type !== 'agent_call') return config as GateConfig;
  return { ...(config as { questions?: AgentQuestions }).questions, form: ANSWER_FORM };
}

/**
 * People approve or deny: one with the right role, or as many of which group as the policy says. A decision arrives as an Update or a signal.
 * The first denial settles the gate; it fails the node with GATE_DENIED, so that nothing goes on past it unless the spec says so.
 */
export const humanGate: Kind = {
  template(config) {
    const { policy: _p, form: _f, deadline: _d, unsigned_signals: _u, ...shown } = config as { [name: string]: Json };
    return shown;
  },
  limit: 'work',
  begin(walk, node, bound) {
    const { title, show = null, role = 'approver' } = bound as { title: Json; show?: Json; role?: string };
    openGate(walk, node, {
      title: typeof title === 'string' ? title : JSON.stringify(title),
      ...{ show, role, recorded: false },
    });
  },
  fact(walk, node, task, fact) {
    const { gate } = walk.nodes[node]!;
    if (isOldOpening(walk, node, task)) return closeRound(walk, node, task);
    if (!gate) return; // it was taken back, and this is about its leaving the inbox
    if (fact.is === 'decided') decide(walk, node, fact.decision);
    else if (fact.is === 'fired') rang(walk, node, task);
    else if (fact.is === 'completed' && !gate.recorded && task === named(walk, node, '~open')) {
      gate.recorded = true;
      const { evidence } = isObject(fact.value) ? (fact.value as { evidence?: string }) : {};
      if (evidence !== undefined) gate.evidence = evidence;
      if (gate.decision || gate.withdrawn) closeGate(walk, node);
    }
  },
  resume(walk, node) {
    if (!walk.nodes[node]!.gate!.recorded) open(walk, node);
    arm(walk, node);
  },
};

/** Asks people: of a gate of its own, or of a node that has something to ask. */
export function openGate(walk: Walk, node: number, gate: GateState): void {
  const { title, show, role } = gate;
  walk.nodes[node]!.gate = gate;
  if (gateConfig(walk, node).policy) gate.votes = [];
  walk.enter(node, 'waiting');
  walk.note({ gate: walk.key(node), opened: { title, show, role, ...toldOf(walk, node) } });
  if (gateConfig(walk, node).deadline) gate.opened_at = walk.at;
  open(walk, node);
  arm(walk, node);
}

function decide(walk: Walk, node: number, decision: Decision): void {
  const gate = walk.nodes[node]!.gate!;
  if (gate.votes) gate.votes.push(decision);
  if (decision.decision === 'approve' && waitsFor(walk, node).length > 0) {
    const waits_for = inWords(walk, node);
    walk.note({ gate: walk.key(node), voted: decision, waits_for });
    return tellInbox(walk, node);
  }
  conclude(walk, node, decision);
}

/** `expired`: what the node fails with when time was up and the spec says `then: fail`. */
function conclude(walk: Walk, node: number, decision: Decision, expired?: NodeError): void {
  const gate = walk.nodes[node]!.gate!;
  gate.decision = decision;
  walk.note({ gate: walk.key(node), decided: decision });
  if (gate.recorded) closeGate(walk, node);
  settle(walk, node, decision, expired);
}

function settle(walk: Walk, node: number, taken: Decision, expired?: NodeError): void {
  const { decision, actor, on_behalf_of, comment, at, form } = taken;
  const { votes, evidence, question } = walk.nodes[node]!.gate!;
  const approved = decision === 'approve';
  const output = {
    ...{ decision: approved ? 'approved' : 'denied', approved, decided_by: actor },
    ...(on_behalf_of === undefined ? {} : { on_behalf_of }),
    ...{ comment: comment ?? null, decided_at: at },
    ...(form === undefined ? {} : { form }),
    ...(votes === undefined ? {} : { votes: votes as unknown as Json, evidence: evidence ?? null }),
  };
  const who = inWhosePlace(taken);
  const why = comment ? `${who} denied it: ${comment}` : `${who} denied it`;
  walk.withdraw((task) => isTaskOf(walk.key(node), task) && TIMER.test(task));
  const error = expired ?? { code: 'GATE_DENIED', message: why, details: { decided_by: actor } };
  if (question) settleQuestion(walk, node, taken, error);
  else if (approved) walk.complete(node, output);
  else walk.fail(node, error, output);
}

/** Seats that nobody has taken yet; of a gate that was escalated none, once those have said yes to whom it went. */
function waitsFor(walk: Walk, node: number): { seat: GatePolicy['quorum'][number]; count: number }[] {
  const { votes = [] } = walk.nodes[node]!.gate!;
  const { policy } = gateConfig(walk, node);
  if (!policy) return [];
  const yes = votes.filter(({ decision }) => decision === 'approve');
  return yes.some((vote) => isEscalatedTo(walk, node, vote)) ? [] : missing(policy.quorum, yes);
}

/** Whether the gate was escalated to whose seat it is, or to a group of theirs: then their word is enough. */
export function isEscalatedTo(walk: Walk, node: number, decision: Decision): boolean {
  const to = walk.nodes[node]!.gate!.escalated ? gateConfig(walk, node).deadline!.escalate!.to : undefined;
  return to !== undefined && (sitsAs(to, decision) || (decision.groups ?? []).includes(to));
}

/** `waits for 1 of group legal`. */
export function inWords(walk: Walk, node: number): string {
  const gate = walk.nodes[node]!.gate!;
  const { policy, deadline } = gateConfig(walk, node);
  const seats = policy
    ? waitsFor(walk, node).map(nameOfSeat).join(' and ')
    : `somebody with role ${gate.role} to decide`;
  const or = gate.escalated ? ` or ${deadline!.escalate!.to}` : '';
  return `waits for ${seats}${or}`;
}

// Deadlines.

const DUE = '~due';
const ESCALATE = '~escalate';
const TIMER = /~(?:due|escalate|remind\d+)$/;

/** Timers for what is still to come, counted from when the gate opened. */
function arm(walk: Walk, node: number): void {
  const { opened_at, escalated } = walk.nodes[node]!.gate!;
  const { deadline } = gateConfig(walk, node);
  if (opened_at === undefined || !deadline) return;
  const at = (suffix: string, ms: number) => {
    if (opened_at + ms >= walk.at || suffix === DUE)
      walk.timer(`${taskOf(walk, node)}${suffix}`, opened_at + ms - walk.at);
  };
  at(DUE, deadline.after_ms);
  for (const [index, ms] of deadline.remind_ms.entries()) at(`~remind${index}`, ms);
  if (deadline.escalate && !escalated)
    walk.timer(`${taskOf(walk, node)}${ESCALATE}`, opened_at + deadline.escalate.after_ms - walk.at);
}

function rang(walk: Walk, node: number, task: TaskId): void {
  const gate = walk.nodes[node]!.gate!;
  const deadline = gateConfig(walk, node).deadline!;
  if (task.endsWith(DUE)) return expire(walk, node, deadline);
  if (task.endsWith(ESCALATE)) gate.escalated = true;
  const due_at = new Date(gate.opened_at! + deadline.after_ms).toISOString();
  walk.note({
    gate: walk.key(node),
    reminded: { due_at, waits_for: inWords(walk, node), escalated: task.endsWith(ESCALATE) },
  });
  tellInbox(walk, node, { as: task.endsWith(ESCALATE) ? 'escalation' : 'reminder', at: walk.at });
}

function expire(walk: Walk, node: number, { then }: GateDeadline): void {
  const decision: Decision['decision'] = then === 'approve' ? 'approve' : 'deny';
  const taken: Decision = {
    ...{ node: walk.key(node), decision, actor: 'deadline', roles: [] },
    ...{ comment: 'nobody decided it in time', at: new Date(walk.at).toISOString() },
  };
  const error = { code: 'GATE_EXPIRED', message: `nobody decided it in time: it ${inWords(walk, node)}` };
  conclude(walk, node, taken, then === 'fail' ? error : undefined);
}

// The inbox.

const named = (walk: Walk, node: number, suffix: string): TaskId => `${taskOf(walk, node)}${suffix}`;

const activity = (
  walk: Walk,
  node: number,
  suffix: string,
  of: Pick<ActivityCommand, 'activity' | 'input'>,
): ActivityCommand => ({
  do: 'activity',
  task: named(walk, node, suffix),
  ...of,
  retry: UNTIL_IT_WORKS,
  attempt_ms: 10_000,
  summary: walk.key(node),
});

/** What those who are asked have to know besides. */
function toldOf(walk: Walk, node: number): Pick<GateOpening, 'addressees' | 'due_at' | 'form'> {
  const { policy, deadline, form } = gateConfig(walk, node);
  return {
    ...(policy ? { addressees: addresseesOf(policy.quorum) } : {}),
    ...(deadline ? { due_at: new Date(walk.at + deadline.after_ms).toISOString() } : {}),
    ...(form === undefined ? {} : { form }),
  };
}

function nameOf(walk: Walk, node: number): Pick<GateOpening, 'run' | 'node' | 'round'> {
  const { round } = walk.nodes[node]!;
  return { run: walk.start.run, node: walk.key(node), ...(round === undefined ? {} : { round }) };
}

function open(walk: Walk, node: number): void {
  const { title, show, role } = walk.nodes[node]!.gate!;
  const input: GateOpening = { ...nameOf(walk, node), title, show, role, ...toldOf(walk, node) };
  walk.enqueue(activity(walk, node, '~open', { activity: 'open_gate', input }));
}

/** Each news of the gate is a task of its own: two may be on their way. */
function tellInbox(walk: Walk, node: number, told?: GateNote['told']): void {
  const { votes = [], escalated } = walk.nodes[node]!.gate!;
  const { escalate } = gateConfig(walk, node).deadline ?? {};
  const input: GateNote = {
    ...nameOf(walk, node),
    ...{ votes, waits_for: inWords(walk, node) },
    ...(escalated ? { addressees: [addressOf(escalate!.to)] } : {}),
    ...(told ? { told } : {}),
  };
  walk.enqueue(activity(walk, node, `~note${walk.at}`, { activity: 'note_gate', input }));
}

const addressOf = (to: string): string => (to.includes(':') ? to : `group:${to}`);

/** Takes it out of the inbox, with the decision, if there is one. */
export function closeGate(walk: Walk, node: number): void {
  const input = { ...nameOf(walk, node), decision: walk.nodes[node]!.gate!.decision ?? null };
  walk.enqueue(activity(walk, node, '~close', { activity: 'close_gate', input }));
}

/** Of an asking that was withdrawn while it was on its way to the inbox. */
const isOldOpening = (walk: Walk, node: number, task: TaskId): boolean =>
  task.endsWith('~open') && (!walk.nodes[node]!.gate || task !== named(walk, node, '~open'));

/** What came into the inbox after it had been withdrawn leaves it; where people have been asked anew meanwhile, that stays. */
function closeRound(walk: Walk, node: number, task: TaskId): void {
  const round = Number(/~(\d+)~open$/.exec(task)?.[1] ?? 0);
  const input = { run: walk.start.run, node: walk.key(node), ...(round === 0 ? {} : { round }), decision: null };
  const close = activity(walk, node, '~close', { activity: 'close_gate', input });
  walk.enqueue({ ...close, task: task.replace(/open$/, 'close') });
}

/** Nobody has to decide it any more: it leaves the inbox, or will as soon as it is in it. */
export function withdrawGate(walk: Walk, node: number): void {
  const { gate } = walk.nodes[node]!;
  if (!gate || gate.decision || gate.withdrawn) return;
  if (!gate.recorded && !walk.agenda.tasks.has(named(walk, node, '~open'))) return; // nobody has been told of it
  gate.withdrawn = true;
  if (gate.recorded) closeGate(walk, node);
}
