import type { Json } from '../../json.js';
import type { BindLimit } from '../bind.js';
import type { Fact, TaskId } from '../facts.js';
import type { Walk } from '../walk.js';

/** How the walk carries out one type of node. Pure: it asks the walk for tasks and hears of their facts. */
export interface Kind {
  /** The part of the config that is bound before the node begins. */
  template(config: Json): Json;
  limit: BindLimit;
  /** What the run view shows as the node's input; the bound value when absent. */
  shown?(bound: Json): Json;
  /** Every expression has its value: ask for the work, or settle at once. Throws a Fault to fail the node. */
  begin(walk: Walk, node: number, bound: Json): void;
  /** A task of the node has ended, or (`task` empty) a decision on it was taken. */
  fact?(walk: Walk, node: number, task: TaskId, fact: Fact): void;
  /** The run continues as new while the node is running or waiting: arm again what was outstanding. */
  resume?(walk: Walk, node: number): void;
}
