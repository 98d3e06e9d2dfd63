import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  continueAsNew,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Act, Decision } from '../core/contract/work.js';
import { historyRoom, type HistoryRoom, type RunEnd } from '../core/engine/facts.js';
import { stepsOf } from '../core/engine/order.js';
import type { RunStart } from '../core/engine/state.js';
import { nodeViews } from '../core/engine/view.js';
import { Walk } from '../core/engine/walk.js';
import type { Json } from '../core/json.js';
import { Hands } from './hands.js';
import { Fault } from '../core/fault.js';
import { refuseAct } from '../core/engine/repair.js';
import { refuseUnsigned, refuseUnsignedAct } from '../core/engine/signed.js';
import { listenForEvents } from './events.js';
import { unless } from './failures.js';
import { actUpdates, decideSignal, decideUpdate, grantedSignal, viewQuery } from './messages.js';
import { Inbox, LeanScope } from './quiet.js';
import { tell } from './tell.js';

/**
 * The interpreter: one generic workflow that runs any plan. It decides nothing itself. The pure walk (core/engine) says what
 * to do next; the hands do it on Temporal; what comes back is a fact for the next step. The fold drives the same walk from
 * history, so whatever is shown of a run is what happened here.
 */
export async function run(start: RunStart): Promise<{ output: Json }> {
  const walk = new Walk(start);
  const inbox = new Inbox();
  // A request to cancel the run is a fact like any other: it must not reach what is under way by itself.
  const shield = new LeanScope({ cancellable: false });
  const hands = new Hands(start, shield, (fact) => inbox.put(fact));
  listen(walk, inbox);
  setHandler(
    grantedSignal,
    (granted) => {
      const { limit, key } = granted;
      if (!walk.end) inbox.putEarly({ is: 'granted', ...granted });
      else hands.givingBack.put({ do: 'give_back', of: { limit, ...(key === undefined ? {} : { key }) } }); // while it says that it is over
    },
    GRANTED,
  );

  const last = await inbox.forEachTask(shield, (news) => {
    for (const facts of stepsOf(news)) {
      const { commands, changes } = walk.step(facts, Date.now(), roomNow());
      tell(walk, changes);
      setCurrentDetails(detailsOf(walk));
      const last = hands.obey(commands);
      if (last) return last;
    }
    return undefined;
  });
  if (hands.givingBack.isBusy) await shield.run(() => hands.givingBack.done());
  if (last.do === 'end') return conclude(last.end);
  return continueAsNew<typeof run>({
    ...start,
    plan: walk.plan,
    segment: start.segment + 1,
    carried: walk.continueWalk(),
  });
}

function roomNow(): HistoryRoom {
  const { continueAsNewSuggested: suggested, historyLength: events, historySize: bytes } = workflowInfo();
  return historyRoom({ suggested, events, bytes });
}

function listen(walk: Walk, inbox: Inbox): void {
  const decided = (decision: Decision) =>
    inbox.facts.some(
      (fact) =>
        (fact.is === 'decided' && fact.via === 'update' && fact.decision.node === decision.node) ||
        (fact.is === 'acted' && fact.act.node === decision.node),
    );
  const admit = (decision: Decision) => {
    unless(walk.refuse(decision, Date.now()));
    if (decided(decision))
      throw ApplicationFailure.nonRetryable(`gate ${decision.node} is being decided by somebody else`, 'GATE_CLOSED');
  };
  setHandler(
    viewQuery,
    () => ({
      status: walk.status,
      output: walk.end?.output ?? null,
      error: walk.end?.error ?? null,
      nodes: nodeViews(walk),
    }),
    {
      description: 'The run as its workflow sees it.',
    },
  );
  setHandler(
    decideUpdate,
    (decision) => {
      admit(decision); // once more: another decision may have come between validator and handler
      inbox.putEarly({ is: 'decided', decision, via: 'update' });
      return { decision: decision.decision, decided_by: decision.actor };
    },
    { validator: admit, description: 'Approve or deny an open gate.' },
  );
  setHandler(
    decideSignal,
    (decision) => {
      if (!decision) return; // sent without an argument
      const fault = refuseUnsigned(walk, decision, Date.now(), 'signal');
      if (fault)
        log.warn('a decision by signal is ignored', { node: decision.node, actor: decision.actor, why: fault.message });
      inbox.putEarly({ is: 'decided', decision, via: 'signal' });
    },
    { description: 'Approve or deny an open gate: what the API answers to a decision with sign_only.' },
  );
  listenForEvents(walk, inbox);
  for (const { act, update } of actUpdates) listenFor(walk, inbox, act, update);
  CancellationScope.current().cancelRequested.catch(() => inbox.put({ is: 'cancel_requested' }));
}

/** One act a workflow task: a second one would be admitted on what the first is about to change. Whoever sent it tries again (`busy`). */
function listenFor(walk: Walk, inbox: Inbox, name: Act['act'], update: (typeof actUpdates)[number]['update']): void {
  const admit = (given: Omit<Act, 'act'>) => {
    const act = { ...given, act: name } as Act;
    unless(refuseUnsignedAct(walk, act, Date.now()) ?? refuseAct(walk, act));
    const busy = inbox.facts.some(
      (fact) =>
        fact.is === 'acted' ||
        (fact.is === 'event' && fact.via === 'update') || // it may wake the very node
        (fact.is === 'decided' && fact.decision.node === act.node),
    );
    if (busy)
      unless(new Fault('RUN_STATE', 'somebody else is acting on the run just now', { details: { busy: true } }));
    return act;
  };
  const handler = (given: Omit<Act, 'act'>) => inbox.putEarly({ is: 'acted', act: admit(given) });
  setHandler(update, handler, { validator: (given) => void admit(given), description: DOES[name] });
}

const GRANTED = { description: 'A place of a limit: { task, ticket, limit, key? }.' };
const DOES: Record<Act['act'], string> = {
  pause: 'Begin nothing more, of the run or of a node: { actor, reason, at, node? }.',
  resume: 'Go on with what was paused: { actor, reason, at, node? }.',
  retry_node: 'Try a held node again: { node, actor, reason, at, input?, fresh?, attempts? }.',
  skip_node: 'Go on without a node: { node, actor, reason, at }.',
  amend: 'Go on by another plan: { plan, amendment, changes, actor, reason, at, version? }.',
  set_output: 'Say what a node puts out: { node, output, actor, reason, at }.',
};

function conclude({ status, output, error }: RunEnd): { output: Json } {
  if (status === 'completed') return { output };
  if (status === 'cancelled') throw new CancelledFailure(error!.message);
  throw ApplicationFailure.create({ type: error!.code, message: error!.message, nonRetryable: true, details: [error] });
}

/** What Temporal Web shows of an open run. */
function detailsOf(walk: Walk): string {
  const { done, total } = walk.progress();
  return `${done} of ${total} nodes settled; ${walk.agenda.tasks.size} tasks under way`;
}
