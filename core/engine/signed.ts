import { isSignedBy, type Purpose, type Signed, signedBytes } from '../auth/signed.js';
import type { Act, Decision } from '../contract/work.js';
import { Fault } from '../fault.js';
import { ACT_SIGNED_MS, DECISION_SIGNED_MS, SIGNED_AHEAD_MS } from '../limits.js';
import { gateConfig } from './kinds/human-gate.js';
import type { Walk } from './walk.js';

/**
 * Whose word the run takes. A run that knows signers takes a decision or an act only with a signature of one of them, and:
 *
 * 1. A decision is about one asking of one gate: it can't be used when the gate is asked once more.
 * 2. An act counts once: the run remembers those that are young enough to be sent again.
 * 3. Both are signed not long ago, by the clock of the workflow task that hears of them.
 *
 * A run without signers (from before there were any, or where no key is configured) takes everybody's word.
 */

/** Why the decision is not one that the API vouches for, or is about another asking of the gate: FORBIDDEN, GATE_CLOSED, or REQUEST_INVALID. Undefined when it is right. */
export function refuseUnsigned(
  walk: Walk,
  decision: Decision,
  now: number,
  via: 'update' | 'signal',
): Fault | undefined {
  if (!isDecision(decision)) return new Fault('REQUEST_INVALID', 'this is not what a decision looks like');
  const index = walk.indexOf.get(decision.node);
  if (index === undefined) return undefined;
  const { round: asked = 0 } = walk.nodes[index]!;
  const { signers } = walk.start;
  const trusted = !signers || (via === 'signal' && decision.signatures === undefined && takesUnsigned(walk, index));
  if (!trusted) {
    const fault = refuseSignature(walk, 'decide', decision, { now, maxMs: DECISION_SIGNED_MS });
    if (fault) return fault;
  }
  const about = decision.round ?? (trusted ? asked : 0);
  return about === asked
    ? undefined
    : new Fault('GATE_CLOSED', `gate ${decision.node} has been asked anew since: look at it and decide again`, {
        details: { asked, decided: about },
      });
}

/** Why the act is not one that the API vouches for, or was taken before: FORBIDDEN, RUN_STATE. Undefined when it is right. */
export function refuseUnsignedAct(walk: Walk, act: Act, now: number): Fault | undefined {
  if (!walk.start.signers) return undefined;
  const fault = refuseSignature(walk, 'act', act, { now, maxMs: ACT_SIGNED_MS });
  if (fault) return fault;
  return walk.spent.has(nameOfAct(act)) ? new Fault('RUN_STATE', 'this act was taken before') : undefined;
}

/** It can't be sent again; what is too old for that anyway is forgotten. */
export function spend(walk: Walk, act: Act): void {
  if (!walk.start.signers) return;
  for (const [name, at] of walk.spent) if (at < walk.at - ACT_SIGNED_MS) walk.spent.delete(name);
  walk.spent.set(nameOfAct(act), Date.parse(act.at));
}

/** What has done its work: signatures stay in history, and nowhere else. */
export function bare<T extends Signed>(message: T): T {
  if (message.signatures === undefined) return message;
  const { signatures: _, ...rest } = message;
  return rest as T;
}

/** Anything may come by signal. */
function isDecision(given: Decision): boolean {
  const { decision, actor, at, roles, groups = [], signatures = [], on_behalf_of = '' } = given;
  return (
    (decision === 'approve' || decision === 'deny') &&
    [actor, at, on_behalf_of].every((each) => typeof each === 'string') &&
    [roles, groups, signatures].every((list) => Array.isArray(list) && list.every((each) => typeof each === 'string'))
  );
}

const nameOfAct = ({ actor, at, act, node = '' }: Act): string => [act, node, actor, at].join(' ');

/** The spec says so, and nobody counts votes there. */
function takesUnsigned(walk: Walk, index: number): boolean {
  const { policy, unsigned_signals = false } = gateConfig(walk, index);
  return unsigned_signals && policy === undefined;
}

function refuseSignature(
  walk: Walk,
  purpose: Purpose,
  message: (Decision | Act) & Signed,
  { now, maxMs }: { now: number; maxMs: number },
): Fault | undefined {
  const what = purpose === 'decide' ? 'decision' : 'act';
  const refuse = (why: string) => new Fault('FORBIDDEN', why, { details: { signed: false } });
  const bytes = signedBytes(purpose, walk.start.run.id, message);
  if (!message.signatures?.length)
    return refuse(`a ${what} on this run is signed by the API, and this one is not: send it through the API`);
  if (!isSignedBy(walk.start.signers!, bytes, message))
    return refuse(`this ${what} is not what a key of this run has signed: it was changed, or signed for another run`);
  const at = Date.parse(message.at);
  if (at >= now - maxMs && at <= now + SIGNED_AHEAD_MS) return undefined;
  return refuse(`this ${what} was signed at ${message.at}, which is too far from now: send it through the API again`);
}
