import { nameInRound, type TaskId } from './facts.js';
import type { Walk } from './walk.js';

/** The child run of a subworkflow node: one that is done again with other input gets a new one. */
export const childTaskOf = (walk: Walk, index: number): TaskId =>
  nameInRound(walk.key(index), walk.nodes[index]!.child);

/** The same by the key of a node, or of a map's item. */
export function taskNamed(walk: Walk, key: string): TaskId {
  const item = key.indexOf('[');
  const index = walk.indexOf.get(item < 0 ? key : key.slice(0, item));
  return index === undefined ? key : `${taskOf(walk, index)}${item < 0 ? '' : key.slice(item)}`;
}

/** The task that a node's work is, in the round that it is in. */
export const taskOf = (walk: Walk, index: number): TaskId => nameInRound(walk.key(index), walk.nodes[index]!.round);
