import type { Decision, GateOpening } from '../../contract/work.js';
import { Fault } from '../../fault.js';
import type { Json } from '../../json.js';
import { UNTIL_IT_WORKS } from '../facts.js';
import type { Walk } from '../walk.js';
import type { Kind } from './kind.js';

/**
 * One person with the right role approves or denies. The decision arrives as an Update or a signal and is the node's output;
 * a denial fails the node with GATE_DENIED, so that nothing goes on past it unless the spec says so.
 */
export const humanGate: Kind = {
  template: (config) => config,
  limit: 'work',
  begin(walk, node, bound) {
    const { title, show = null, role = 'approver' } = bound as { title: Json; show?: Json; role?: string };
    const gate = { title: typeof title === 'string' ? title : JSON.stringify(title), show, role, recorded: false };
    walk.nodes[node]!.gate = gate;
    walk.enter(node, 'waiting');
    walk.note({ gate: walk.key(node), opened: { title: gate.title, show, role } });
    open(walk, node);
  },
  fact(walk, node, _task, fact) {
    const state = walk.nodes[node]!;
    const gate = state.gate!;
    if (fact.is === 'decided') {
      const { decision } = fact;
      gate.decision = decision;
      walk.note({ gate: walk.key(node), decided: decision });
      if (gate.recorded) closeGate(walk, node);
      settle(walk, node, decision);
    } else if (fact.is === 'completed' && !gate.recorded) {
      gate.recorded = true;
      if (gate.decision) closeGate(walk, node);
    }
  },
  resume(walk, node) {
    if (!walk.nodes[node]!.gate!.recorded) open(walk, node);
  },
};

function settle(walk: Walk, node: number, { decision, actor, comment, at }: Decision): void {
  const approved = decision === 'approve';
  const output = {
    decision: approved ? 'approved' : 'denied',
    approved,
    decided_by: actor,
    comment: comment ?? null,
    decided_at: at,
  };
  if (approved) walk.complete(node, output);
  else
    walk.fail(
      node,
      {
        code: 'GATE_DENIED',
        message: comment ? `${actor} denied it: ${comment}` : `${actor} denied it`,
        details: { decided_by: actor },
      },
      output,
    );
}

function open(walk: Walk, node: number): void {
  const { title, show, role } = walk.nodes[node]!.gate!;
  const input: GateOpening = { run: walk.start.run, node: walk.key(node), title, show, role };
  walk.enqueue({
    do: 'activity',
    task: `${walk.key(node)}~open`,
    activity: 'open_gate',
    input,
    retry: UNTIL_IT_WORKS,
    attempt_ms: 10_000,
    summary: walk.key(node),
  });
}

/** Takes it out of the inbox, with the decision, if there is one. */
export function closeGate(walk: Walk, node: number): void {
  const input = { run: walk.start.run, node: walk.key(node), decision: walk.nodes[node]!.gate!.decision ?? null };
  walk.enqueue({
    do: 'activity',
    task: `${walk.key(node)}~close`,
    activity: 'close_gate',
    input,
    retry: UNTIL_IT_WORKS,
    attempt_ms: 10_000,
    summary: walk.key(node),
  });
}

/** Why a decision can't be taken now. The API, the Update's validator and the walk itself all ask here. */
export function refuseDecision(walk: Walk, decision: Decision): Fault | undefined {
  const index = walk.indexOf.get(decision.node);
  if (index === undefined || walk.plan.nodes[index]!.type !== 'human_gate')
    return new Fault('NOT_FOUND', `the run has no gate ${decision.node}`);
  const { gate, status } = walk.nodes[index]!;
  if (gate?.decision) {
    const { actor, decision: was } = gate.decision;
    return new Fault('GATE_CLOSED', `${actor} decided gate ${decision.node} already: ${was}`, {
      details: { decided_by: actor, decision: was },
    });
  }
  if (!gate || status !== 'waiting')
    return new Fault('GATE_CLOSED', `gate ${decision.node} is ${status}, not waiting for a decision`, {
      details: { status },
    });
  if (!decision.roles.includes(gate.role) && !decision.roles.includes('admin')) {
    return new Fault('FORBIDDEN', `gate ${decision.node} is for role ${gate.role}`, { details: { role: gate.role } });
  }
  return undefined;
}
