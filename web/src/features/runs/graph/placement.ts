import { useEffect, useMemo, useState } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { type Graph, layout, type Placed, type Point, quickly } from '../../../lib/layout/index.js';
import { labelOf } from './edges.js';

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
  edges: edges.map((edge, index) => {
    const label = labelOf(edge);
    return {
      ...{ id: String(index), from: nodes[edge.from]!.key, to: nodes[edge.to]!.key },
      ...(label === undefined ? {} : { label: { width: label.length * 6.2 + 14, height: 20 } }),
    };
  }),
});

/** The ends of an edge that leads straight: from the middle of a node's foot to the middle of the other's head. */
export function straight(from: Point, to: Point): readonly [Point, Point] {
  return [
    { x: from.x + NODE_WIDTH / 2, y: from.y + NODE_HEIGHT },
    { x: to.x + NODE_WIDTH / 2, y: to.y },
  ];
}

/** An SVG path through the points, with round corners. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  if (rest.length === 1) return curve(first, rest[0]!);
  let path = `M${first.x} ${first.y}`;
  for (const [i, point] of rest.entries()) {
    const next = rest[i + 1];
    if (!next) path += `L${point.x} ${point.y}`;
    else {
      const [a, b] = [towards(point, i === 0 ? first : rest[i - 1]!), towards(point, next)];
      path += `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`;
    }
  }
  return path;
}

function curve(from: Point, to: Point): string {
  const bend = Math.max(16, Math.abs(to.y - from.y) / 2);
  return `M${from.x} ${from.y}C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`;
}

const ROUND = 10;
function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const part = Math.min(ROUND, length / 2) / length;
  return { x: from.x + dx * part, y: from.y + dy * part };
}

/** Where a label stands: halfway along. */
export function middleOf(points: readonly Point[]): Point {
  const lengths = points.slice(1).map((point, i) => Math.hypot(point.x - points[i]!.x, point.y - points[i]!.y));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [i, length] of lengths.entries()) {
    if (left <= length) {
      const [a, b] = [points[i]!, points[i + 1]!];
      const part = length === 0 ? 0 : left / length;
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    }
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}
