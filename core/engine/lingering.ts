import type { MapBatchResult, Worked } from '../contract/work.js';
import { type Fact, isWork, itemsOfTask, nodeOfTask, type TaskId } from './facts.js';
import { takeNote } from './kinds/map.js';
import { attemptsBefore } from './kinds/work.js';
import { isFinal } from './state.js';
import { taskOf } from './task-names.js';
import type { Walk } from './walk.js';

/**
 * Work that is withdrawn from a node that can be undone: what becomes of it still counts, since an effect that came all the same has to be
 * undone, and none is undone while it may still come. So it is told to stop and keeps its place until it has ended.
 */

/** Tells such work to stop; false when the task is to be forgotten. */
export function lingers(walk: Walk, node: number, task: TaskId): boolean {
  if (!walk.plan.nodes[node]!.compensate || !isWork(task) || !walk.agenda.tasks.has(task)) return false;
  return worksFor(walk, node) && stop(walk, task);
}

/** A timer or a gate has no effect that could come late. */
const worksFor = (walk: Walk, node: number): boolean =>
  ['tool_call', 'agent_call', 'map', 'subworkflow'].includes(walk.plan.nodes[node]!.type);

/** A workflow task that is kept open for longer, by a region that hangs, may have sent what it asked for: then it is in doubt. */
const SENT_MS = 5_000;

/** Once. False when it has not gone out yet: then nothing comes of it, and history does not even name it. */
export function stop(walk: Walk, task: TaskId): boolean {
  const out = walk.agenda.tasks.get(task)!;
  if (out.turn === walk.agenda.turn) {
    const node = walk.indexOf.get(nodeOfTask(task)!)!;
    const state = walk.nodes[node]!;
    const unsent = walk.at - walk.agenda.turnAt < SENT_MS;
    if (unsent && !state.map && attemptsBefore(state) === 0) delete state.begun;
    return false;
  }
  if (out.told) return true;
  out.told = true;
  walk.agenda.told++;
  walk.ask({ do: 'cancel', task, wait: true });
  return true;
}

/** Whether the fact is about work that nobody waited for any more, which is taken note of here. */
export function cameLate(walk: Walk, node: number, fact: Extract<Fact, { task: TaskId }>): boolean {
  const { compensate, type } = walk.plan.nodes[node]!;
  if (!compensate || !isWork(fact.task) || !worksFor(walk, node)) return false;
  const state = walk.nodes[node]!;
  const items = type === 'map' ? itemsOfTask(fact.task) : undefined;
  const stale = items !== undefined && !fact.task.startsWith(`${taskOf(walk, node)}[`);
  if (!isFinal(state.status) && state.status !== 'held' && !stale) return false;
  if (fact.is !== 'completed' || stale) return true;
  if (items) takeNote(walk, node, items.from, (fact.value as unknown as MapBatchResult).items);
  else if (state.status !== 'completed') state.late = { output: (fact.value as unknown as Worked).output };
  return true;
}
