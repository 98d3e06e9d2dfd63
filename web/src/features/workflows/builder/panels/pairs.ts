import type { DrawnEdge, SpecView } from '../model/index.js';

/** Why no edge can lead that way; undefined: it can. `but`: the edge's own place, which does not stand in its way. */
export function pairProblem(
  { edges }: Pick<SpecView, 'edges'>,
  { from, to, on = 'success' }: Pick<DrawnEdge, 'from' | 'to'> & { on?: string },
  but?: number,
): string | undefined {
  if (from === to) return 'leads to itself';
  const others = edges.filter(({ index }) => index !== but);
  if (others.some((edge) => edge.from === from && edge.to === to && edge.on === on)) return 'there is such an edge';
  return reaches(others, to, from) ? 'would form a circle' : undefined;
}

function reaches(edges: readonly DrawnEdge[], from: string, to: string): boolean {
  const out = new Map<string, string[]>();
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge.to]);
  const seen = new Set([from]);
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    for (const next of out.get(key) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  }
  return false;
}
