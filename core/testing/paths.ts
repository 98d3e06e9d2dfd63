import { nearest } from '../spec/problems.js';
import type { Plan, PlanNode } from '../spec/plan.js';

/** The plans of a test: the workflow's own, and those of the sub-workflows that run for real, by name. */
export interface Plans {
  main: Plan;
  children: ReadonlyMap<string, Plan>;
}

/**
 * How a test names a node: `load`; an item of a map `look_up[2]`; a node of a sub-workflow that runs for real `metals.look_up[2]`.
 * `load~undo` is what undoes node load, `look_up~undo[2]` the item.
 */
export type NodePath = string;

/** A node that a path leads to. `item`: the path names one item of a map; `undo`: what undoes the node. */
export interface Place {
  plan: Plan;
  node: PlanNode;
  item: boolean;
  undo: boolean;
}
/** Why a path leads nowhere, and the nearest that does. */
export interface Nowhere {
  message: string;
  suggestion?: string;
}

export function placeOf(plans: Plans, path: NodePath): Place | Nowhere {
  const [last, ...parents] = path.split('.').reverse();
  let plan = plans.main;
  for (const key of parents.reverse()) {
    const found = nodeAt(plan, key);
    if ('message' in found) return found;
    const name = found.type === 'subworkflow' ? (found.config as { workflow: string }).workflow : undefined;
    if (name === undefined) return { message: `${key} is no subworkflow, so there is nothing inside it` };
    const child = plans.children.get(name);
    if (!child) return { message: `${key} runs workflow ${name}, whose spec is not given: name it in workflows` };
    plan = child;
  }
  const [, key = '', undo, item] = /^([^[~]*)(~undo)?(\[\d+\])?$/.exec(last!) ?? [undefined, last];
  const node = nodeAt(plan, key);
  if ('message' in node) return node;
  if (item !== undefined && node.type !== 'map') return { message: `${key} is no map, so it has no items` };
  if (undo !== undefined && !node.compensate) return { message: `${key} has no compensate: nothing undoes it` };
  return { plan, node, item: item !== undefined, undo: undo !== undefined };
}

function nodeAt(plan: Plan, key: string): PlanNode | Nowhere {
  const node = plan.nodes.find((each) => each.key === key);
  if (node) return node;
  const suggestion = nearest(
    key,
    plan.nodes.map((each) => each.key),
  );
  return { message: `workflow ${plan.name} has no node ${key}`, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** A map's node without the item: `a.look_up[2]` becomes `a.look_up`. */
export const withoutItem = (path: NodePath): NodePath => path.replace(/\[\d+\]$/, '');
