import type { Plan } from '../../../../../core/spec/plan.js';
import type { Point } from '../../../lib/layout/index.js';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';
export const isArrow = (key: string): key is Arrow => key.startsWith('Arrow');

/**
 * Where an arrow leads from a node: up and down along its edges, to the one that is nearest beside it; left and right to its neighbours at the
 * same height. From nowhere: to the first node. Undefined: there is nothing that way.
 */
export function nodeAt(
  plan: Plan,
  places: ReadonlyMap<string, Point>,
  from: string | undefined,
  arrow: Arrow,
): string | undefined {
  const index = plan.nodes.findIndex(({ key }) => key === from);
  const here = from === undefined ? undefined : places.get(from);
  if (index === -1 || !here) return plan.nodes[0]?.key;
  const along = arrow === 'ArrowDown' ? plan.nodes[index]!.out.map((edge) => plan.edges[edge]!.to) : undefined;
  const back = arrow === 'ArrowUp' ? plan.nodes[index]!.in.map((edge) => plan.edges[edge]!.from) : undefined;
  const linked = along ?? back;
  const keys = linked
    ? linked.map((node) => plan.nodes[node]!.key)
    : beside(places, here, arrow === 'ArrowLeft' ? -1 : 1);
  return nearest(keys, places, here);
}

function beside(places: ReadonlyMap<string, Point>, { x, y }: Point, way: 1 | -1): string[] {
  const row: string[] = [];
  for (const [key, place] of places) if (Math.abs(place.y - y) < 30 && (place.x - x) * way > 1) row.push(key);
  return row;
}

function nearest(keys: readonly string[], places: ReadonlyMap<string, Point>, { x, y }: Point): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const key of keys) {
    const place = places.get(key);
    const far = place ? Math.abs(place.x - x) + Math.abs(place.y - y) / 4 : Infinity;
    if (far < least) [best, least] = [key, far];
  }
  return best;
}

/** Shorter ones are in most words for states. */
const WORD_CHARS = 3;

/** Nodes whose key, type or state has the text, the best first: those whose key begins with it. */
export function found(plan: Plan, text: string, stateOf: (key: string) => string): string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const rank = (key: string, type: string): number => {
    const lower = key.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    if (lower.includes(wanted)) return 1;
    if (wanted.length < WORD_CHARS) return 3;
    return type.replace('_', ' ').includes(wanted) || stateOf(key).includes(wanted) ? 2 : 3;
  };
  return plan.nodes
    .map(({ key, type }) => ({ key, rank: rank(key, type) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ key }) => key);
}
