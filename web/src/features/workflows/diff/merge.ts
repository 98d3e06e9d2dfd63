import type { components } from '../../../lib/api/schema.js';
import type { DrawnEdge, DrawnNode, SpecView } from '../builder/model/index.js';

export type Diff = components['schemas']['VersionDiff'];
export type Mark = 'added' | 'removed' | 'changed';

/** Two versions drawn as one graph. */
export interface Merged {
  view: Pick<SpecView, 'nodes' | 'edges'>;
  /** By key as it is in the view. */
  nodes: ReadonlyMap<string, Mark>;
  /** By place as it is in the view. */
  edges: ReadonlyMap<number, Mark>;
  /** What a renamed node was called, by its key now. */
  was: ReadonlyMap<string, string>;
}

/** The newer graph, with what is gone from it put back. Pure. */
export function mergedOf(
  from: Pick<SpecView, 'nodes' | 'edges'>,
  to: Pick<SpecView, 'nodes' | 'edges'>,
  diff: Diff,
): Merged {
  const was = new Map(diff.nodes.renamed.map((each) => [each.to, each.from]));
  const now = new Map(diff.nodes.renamed.map((each) => [each.from, each.to]));
  const taken = new Set(to.nodes.map(({ key }) => key));
  const gone = new Set(diff.nodes.removed.map(({ key }) => key));
  // A key that is gone may be another node's now.
  const shownAs = (key: string): string => (gone.has(key) ? (taken.has(key) ? `${key}′` : key) : (now.get(key) ?? key));
  const removed = from.nodes
    .filter(({ key }) => gone.has(key))
    .map((node, at): DrawnNode => ({ ...node, key: shownAs(node.key), index: to.nodes.length + at }));
  const lost = new Set(diff.edges.removed.map(nameOf));
  const lostEdges = from.edges
    .filter((edge) =>
      lost.has(nameOf({ ...edge, from: now.get(edge.from) ?? edge.from, to: now.get(edge.to) ?? edge.to })),
    )
    .map(
      (edge, at): DrawnEdge => ({
        ...edge,
        from: shownAs(edge.from),
        to: shownAs(edge.to),
        index: to.edges.length + at,
      }),
    );
  const edgeMarks = new Map([
    ...diff.edges.added.map((edge) => [nameOf(edge), 'added'] as const),
    ...diff.edges.changed.map((edge) => [nameOf(edge), 'changed'] as const),
  ]);
  return {
    view: { nodes: [...to.nodes, ...removed], edges: [...to.edges, ...lostEdges] },
    nodes: new Map<string, Mark>([
      ...diff.nodes.added.map(({ key }) => [key, 'added'] as const),
      ...diff.nodes.changed.map(({ key }) => [key, 'changed'] as const),
      ...diff.nodes.renamed.map((each) => [each.to, 'changed'] as const),
      ...removed.map(({ key }) => [key, 'removed'] as const),
    ]),
    edges: new Map<number, Mark>([
      ...to.edges.flatMap((edge): [number, Mark][] => {
        const mark = edgeMarks.get(nameOf(edge));
        return mark ? [[edge.index, mark]] : [];
      }),
      ...lostEdges.map(({ index }) => [index, 'removed'] as const),
    ]),
    was,
  };
}

const nameOf = ({ from, to, on }: { from: string; to: string; on: string }): string => JSON.stringify([from, to, on]);

/** How many places differ, for a heading. */
export function countOf({ workflow, nodes, edges }: Diff): Record<Mark, number> {
  return {
    added: nodes.added.length + edges.added.length,
    removed: nodes.removed.length + edges.removed.length,
    changed: nodes.changed.length + nodes.renamed.length + edges.changed.length + (workflow.length > 0 ? 1 : 0),
  };
}

/** Which two versions are compared: what the address says, else the newest and the one before it. */
export function pairOf(
  search: { from?: number | undefined; to?: number | undefined },
  newest: number,
): { from: number; to: number } {
  const to = search.to ?? newest;
  return { from: search.from ?? Math.max(1, to - 1), to };
}

/** The aliases that lead to a version, each with its share. */
export function aliasesTo(
  version: number,
  aliases: readonly components['schemas']['WorkflowAlias'][],
): { alias: string; weight: number }[] {
  return aliases.flatMap(({ alias, routes }) =>
    routes.filter((route) => route.version === version).map(({ weight }) => ({ alias, weight })),
  );
}
