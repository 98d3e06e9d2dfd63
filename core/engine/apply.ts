import { boundValue } from './bind.js';
import { takeEvent } from './deliver.js';
import { endRun, outputKnown, timeOut } from './end.js';
import { type Fact, FUSE, isUndo, MORE, nodeOfTask } from './facts.js';
import { kindOf } from './kinds/index.js';
import { cameLate } from './lingering.js';
import { isAsking } from './places.js';
import { takeAct } from './repair.js';
import { bare } from './signed.js';
import type { Walk } from './walk.js';

/** One fact, brought to whom it concerns; one about a task that is not outstanding (any more) changes nothing. */
export function applyFact(walk: Walk, fact: Fact): void {
  if (walk.end) return;
  if (fact.is === 'cancel_requested')
    return endRun(walk, 'cancelled', { code: 'RUN_CANCELLED', message: 'the run was cancelled' });
  if (fact.is === 'acted') return takeAct(walk, fact.act);
  if (fact.is === 'event') return void takeEvent(walk, fact.event, fact.via);
  if (fact.is === 'decided') {
    const node = walk.indexOf.get(fact.decision.node);
    if (node !== undefined && !walk.refuse(fact.decision, walk.at, fact.via))
      kindOf(walk.plan.nodes[node]!).fact?.(walk, node, '', { ...fact, decision: bare(fact.decision) });
    return;
  }
  if (fact.is === 'granted') return walk.places.granted(fact);
  if (!walk.agenda.end(fact.task)) return;
  if (walk.ending && isUndo(fact.task)) return walk.undoing.fact(fact);
  if (fact.task === MORE) return; // the step that it brings about goes on with the queue
  if (fact.task === FUSE) return walk.fusing.ended(fact);
  if (fact.task === '~timeout') return timeOut(walk);
  if (fact.task.startsWith('~output')) return outputKnown(walk, fact);
  if (fact.task.endsWith('~if')) return conditionKnown(walk, fact);
  if (isAsking(fact.task)) return walk.places.answered(walk.indexOf.get(nodeOfTask(fact.task) ?? ''), fact);
  const node = walk.indexOf.get(nodeOfTask(fact.task)!)!;
  if (cameLate(walk, node, fact)) return;
  if (fact.task.endsWith('~bind')) return bound(walk, node, fact);
  if (fact.task.endsWith('~again')) return walk.fire(node);
  if (fact.is === 'failed' && fact.again_ms !== undefined && !walk.ending) return walk.fusing.again(node, fact);
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
