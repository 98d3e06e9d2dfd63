import { boundValue } from './bind.js';
import { endRun, outputKnown, timeOut } from './end.js';
import { type Fact, FUSE, MORE, nodeOfTask } from './facts.js';
import { kindOf } from './kinds/index.js';
import { takeAct } from './repair.js';
import { bare } from './signed.js';
import type { Walk } from './walk.js';

/** One fact, brought to whom it concerns; one about a task that is not outstanding (any more) changes nothing. */
export function applyFact(walk: Walk, fact: Fact): void {
  if (walk.end) return;
  if (fact.is === 'cancel_requested')
    return endRun(walk, 'cancelled', { code: 'RUN_CANCELLED', message: 'the run was cancelled' });
  if (fact.is === 'acted') return takeAct(walk, fact.act);
  if (fact.is === 'decided') {
    const node = walk.indexOf.get(fact.decision.node);
    if (node !== undefined && !walk.refuse(fact.decision, walk.at, fact.via))
      kindOf(walk.plan.nodes[node]!).fact?.(walk, node, '', { ...fact, decision: bare(fact.decision) });
    return;
  }
  if (!walk.agenda.end(fact.task)) return;
  if (fact.task === MORE) return; // the step that it brings about goes on with the queue
  if (fact.task === FUSE) return walk.fusing.ended(fact);
  if (fact.task === '~timeout') return timeOut(walk);
  if (fact.task === '~output') return outputKnown(walk, fact);
  if (fact.task.endsWith('~if')) return conditionKnown(walk, fact);
  const node = walk.indexOf.get(nodeOfTask(fact.task)!)!;
  if (fact.task.endsWith('~bind')) return bound(walk, node, fact);
  if (fact.task.endsWith('~again')) return walk.fire(node);
  if (fact.is === 'failed' && fact.again_ms !== undefined) return walk.fusing.again(node, fact);
  kindOf(walk.plan.nodes[node]!).fact?.(walk, node, fact.task, fact);
}

function bound(walk: Walk, index: number, fact: Fact): void {
  const node = walk.plan.nodes[index]!;
  if (fact.is === 'failed') return walk.fail(index, fact.error);
  const value = boundValue(fact);
  walk.nodes[index]!.input = kindOf(node).shown?.(value) ?? value;
  walk.startNode(index, node, value);
}

function conditionKnown(walk: Walk, fact: Fact): void {
  if (fact.is !== 'completed' && fact.is !== 'failed') return;
  const edge = walk.conditions.get(fact.task)!;
  walk.resolve(edge, fact.is === 'failed' ? 'failed' : boundValue(fact) === true ? 'taken' : 'not_taken');
}
