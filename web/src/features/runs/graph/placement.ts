import { useEffect, useMemo, useState } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { type Graph, layout, type Placed, type Point, quickly } from '../../../lib/layout/index.js';

/** In px of an unscaled drawing. */
export const [NODE_WIDTH, NODE_HEIGHT] = [228, 60];
/** ELK needs seconds for more, and their nodes are not all in the document at once. */
export const LARGE = 250;

export interface Placement {
  /** The upper left corner of each node, by key. */
  nodes: ReadonlyMap<string, Point>;
  /** Where edges bend, by their index in the plan; empty: they lead straight from node to node. */
  edges: ReadonlyMap<string, readonly Point[]>;
  /** Placed at once; a better placement follows. */
  rough: boolean;
}

/** Places the plan's graph: at once, and when it is not large once more with care, in a worker. */
export function usePlacement(plan: Plan): Placement {
  const graph = useMemo(() => graphOf(plan), [plan]);
  const first = useMemo(
    () => ({ nodes: quickly(graph), edges: new Map<string, readonly Point[]>(), rough: graph.nodes.length <= LARGE }),
    [graph],
  );
  const [placed, setPlaced] = useState<{ of: Graph; by: Placed }>();
  useEffect(() => {
    if (graph.nodes.length > LARGE) return;
    let here = true;
    layout(graph).then(
      (by) => here && setPlaced({ of: graph, by }),
      () => here && setPlaced({ of: graph, by: { ...first, edges: new Map(), width: 0, height: 0 } }), // the rough one stays
    );
    return () => {
      here = false;
    };
  }, [graph, first]);
  return useMemo(
    () => (placed?.of === graph ? { nodes: placed.by.nodes, edges: placed.by.edges, rough: false } : first),
    [placed, graph, first],
  );
}

export const graphOf = ({ nodes, edges }: Plan): Graph => ({
  nodes: nodes.map(({ key }) => ({ id: key, width: NODE_WIDTH, height: NODE_HEIGHT })),
  edges: edges.map(({ from, to }, index) => ({
    ...{ id: String(index), from: nodes[from]!.key, to: nodes[to]!.key },
  })),
});

/** The ends of an edge that leads straight: from the middle of a node's foot to the middle of the other's head. */
export function straight(from: Point, to: Point): readonly [Point, Point] {
  return [
    { x: from.x + NODE_WIDTH / 2, y: from.y + NODE_HEIGHT },
    { x: to.x + NODE_WIDTH / 2, y: to.y },
  ];
}
