import { nameInRound, type TaskId } from './facts.js';
import type { Walk } from './walk.js';

/** The task that a node's work is, in the round that it is in. */
export const taskOf = (walk: Walk, index: number): TaskId => nameInRound(walk.key(index), walk.nodes[index]!.round);
