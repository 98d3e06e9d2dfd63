import type { Decision } from '../../contract/work.js';
import { Fault } from '../../fault.js';
import type { Walk } from '../walk.js';
import { gateConfig, isEscalatedTo } from './human-gate.js';
import { fills, type GatePolicy, inWhosePlace, personsOf } from './quorum.js';

/**
 * Why a decision can't be taken now, as a Fault: NOT_FOUND, GATE_CLOSED (who decided what, or where the gate stands), FORBIDDEN (by role, seat or
 * exclusion), EVIDENCE_CHANGED (both hashes). Undefined when it can.
 */
export function refuseDecision(walk: Walk, decision: Decision): Fault | undefined {
  const index = walk.indexOf.get(decision.node);
  if (index === undefined || (walk.plan.nodes[index]!.type !== 'human_gate' && !walk.nodes[index]!.gate))
    return new Fault('NOT_FOUND', `the run has no gate ${decision.node}`);
  const { gate, status } = walk.nodes[index]!;
  if (gate?.decision) {
    const { actor, decision: was } = gate.decision;
    return new Fault('GATE_CLOSED', `${inWhosePlace(gate.decision)} decided gate ${decision.node} already: ${was}`, {
      details: { decided_by: actor, decision: was },
    });
  }
  if (!gate || status !== 'waiting')
    return new Fault('GATE_CLOSED', `gate ${decision.node} is ${status}, not waiting for a decision`, {
      details: { status },
    });
  const { policy } = gateConfig(walk, index);
  const escalated = isEscalatedTo(walk, index, decision);
  if (policy) return refuseByPolicy(walk, decision, policy, escalated) ?? refuseEvidence(decision, gate.evidence);
  if (!escalated && !decision.roles.includes(gate.role) && !decision.roles.includes('admin'))
    return new Fault('FORBIDDEN', `gate ${decision.node} is for role ${gate.role}`, { details: { role: gate.role } });
  return decision.evidence === undefined ? undefined : refuseEvidence(decision, gate.evidence);
}

function refuseByPolicy(
  walk: Walk,
  decision: Decision,
  { quorum, exclude }: GatePolicy,
  escalated: boolean,
): Fault | undefined {
  const { node, on_behalf_of, actor } = decision;
  if (!escalated && !quorum.some((seat) => fills(seat, decision)))
    return new Fault('FORBIDDEN', `gate ${node} is for others than ${on_behalf_of ?? actor}`, {
      details: { quorum: quorum as never },
    });
  const excluded = exclude.find((who) => excludedAs(walk, decision)[who]);
  if (excluded)
    return new Fault('FORBIDDEN', `gate ${node} is not for the run's ${excluded.replace('_', ' ')}`, {
      details: { excluded },
    });
  const { votes = [] } = walk.nodes[walk.indexOf.get(node)!]!.gate!;
  const before = votes.find((vote) => share(vote, decision));
  return (
    before &&
    new Fault('GATE_CLOSED', `${inWhosePlace(before)} decided gate ${node} already: ${before.decision}`, {
      details: { decided_by: before.actor, decision: before.decision },
    })
  );
}

/** Somebody has a part in both: nobody fills two seats, neither in person nor through another. */
const share = (one: Decision, other: Decision): boolean =>
  personsOf(one).some((person) => personsOf(other).includes(person));

/** Four eyes: as what somebody who has a part in the decision may be left out. */
function excludedAs(walk: Walk, decision: Decision): Record<GatePolicy['exclude'][number], boolean> {
  const persons = personsOf(decision);
  return {
    starter: persons.includes(walk.start.scope.starter),
    author: [walk.start.author, ...walk.amendments.map(({ actor }) => actor)].some(
      (each) => each !== undefined && persons.includes(each),
    ),
    earlier_approvers: walk.nodes.some(
      ({ gate }, index) =>
        gate &&
        walk.key(index) !== decision.node &&
        [...(gate.votes ?? []), ...(gate.decision ? [gate.decision] : [])].some(
          (vote) => vote.decision === 'approve' && share(vote, decision),
        ),
    ),
  };
}

/** A decision is about what was shown. */
function refuseEvidence({ node, evidence }: Decision, shown: string | undefined): Fault | undefined {
  if (evidence !== undefined && evidence === shown) return undefined;
  const details = { shown: shown ?? null, decided: evidence ?? null };
  const why =
    evidence === undefined
      ? `say what you saw: a decision on gate ${node} names its evidence, ${shown ?? 'which is being written down'}`
      : `gate ${node} shows ${shown ?? 'something that is being written down'}, and the decision is about ${evidence}`;
  return new Fault('EVIDENCE_CHANGED', why, { details });
}
