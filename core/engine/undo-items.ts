import type { MapBatch } from '../contract/work.js';
import { isArtifactRef, type Json } from '../json.js';
import { prune, scopeOf } from './bind.js';
import { type Fact, type TaskId, undoTask } from './facts.js';
import type { NodeError } from './outcome.js';
import { asItStands, type NodeState, type UndoState } from './state.js';
import type { Walk } from './walk.js';
import { apartFromCode } from '../nodes/code.js';

/** A map is undone item by item, each under a key of its own. */

/** Items that are to be undone: those that completed, and with `when: started` those that began. */
export function itemsToUndo(walk: Walk, node: number): number[] {
  const { map } = asItStands(walk.nodes[node]!);
  if (!map) return [];
  const { when } = walk.plan.nodes[node]!.compensate!;
  return map.items.flatMap((item, index) =>
    item?.status === 'completed' || (when === 'started' && index < map.next) ? [index] : [],
  );
}

/** Asks for all that are left, the last first. Answers why it can't. */
export function askForItems(walk: Walk, node: number): NodeError | undefined {
  const { undo, map } = walk.nodes[node]!;
  if (!undo!.items || !map)
    return {
      code: 'TOO_LARGE',
      message: 'its items were walked by a workflow of their own, which is over: undo them by hand and skip it',
    };
  const left = undo!.items.left.splice(0).sort((a, b) => b - a);
  undo!.items.out.push(...left);
  undo!.error = null;
  for (const item of left) walk.agenda.queue.set(undoTask(walk.key(node), item), commandFor(walk, node, item));
  return undefined;
}

function commandFor(walk: Walk, node: number, item: number) {
  const { compensate, key } = walk.plan.nodes[node]!;
  const { type, config, retry, timeout } = compensate!;
  const { map, undo, generation = 0 } = walk.nodes[node]!;
  const over = map!.over;
  const task = undoTask(key, item);
  const input: MapBatch = {
    ...{ run: walk.start.run, node: key, generation, from: item, to: item + 1, undo: undo!.generation ?? 0 },
    ...(isArtifactRef(over) ? { over } : { over: [(over as Json[])[item]!], offset: item }),
    body: { type, config },
    inline_bytes: walk.inlineBytes,
    scope: scopeFor(walk, node, item),
  };
  return { do: 'activity' as const, task, activity: 'map_batch' as const, input, retry, ...timeout, summary: task };
}

/** Of the map itself it shows the one item: the outputs of all would travel with each. */
function scopeFor(walk: Walk, node: number, item: number): MapBatch['scope'] {
  const { compensate, key } = walk.plan.nodes[node]!;
  const scope = scopeOf(walk, compensate!.reads);
  if (scope.nodes[key]) scope.nodes[key] = { ...scope.nodes[key], output: outputOf(walk.nodes[node]!, item) };
  return prune(scope, apartFromCode(compensate!.config).template);
}

function outputOf({ map }: NodeState, item: number): Json {
  const { total, completed, failed, items } = map!;
  const own = items[item];
  const shown = Array.from({ length: item + 1 }, (_, index) =>
    index === item && own?.status === 'completed' ? own.output : null,
  );
  return { items: shown, total, completed, failed, errors: [] };
}

/** One item of it is undone, or could not be. */
export function itemUndone(undo: UndoState, item: number, fact: Extract<Fact, { task: TaskId }>): void {
  const { out, left } = undo.items!;
  out.splice(out.indexOf(item), 1);
  if (fact.is !== 'failed') return;
  left.push(item);
  undo.error ??= fact.error;
}
