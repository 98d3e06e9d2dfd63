import { useEffect, useMemo, useRef, useState } from 'react';
import { layout, type Placed, type Point, roughly } from '../../../../lib/layout/index.js';
import type { SpecView } from '../model/index.js';
import { edgeId, NODE_HEIGHT, NODE_WIDTH } from './flow.js';

export interface Arranged {
  places: ReadonlyMap<string, Point>;
  routes: Placed['edges'];
  /** The layout has answered for this very graph. */
  settled: boolean;
}

const graphOf = ({ nodes, edges }: Pick<SpecView, 'nodes' | 'edges'>) => ({
  nodes: [...new Set(nodes.map(({ key }) => key))].map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })),
  edges: [...new Map(edges.map((edge) => [edgeId(edge), edge])).values()].map((edge) => ({
    ...{ id: edgeId(edge), from: edge.from, to: edge.to },
  })),
});

/**
 * Where the layout puts the nodes. It is asked when nodes or edges come, go or are called otherwise, and not while only what they say is edited.
 * Until it has answered, nodes stay where they were, and new ones stand below what leads to them.
 */
export function useLayout(view: SpecView): Arranged {
  const graph = useMemo(() => graphOf(view), [view]);
  const shape = JSON.stringify(graph);
  const [answer, setAnswer] = useState<{ shape: string; placed: Placed }>();
  const asked = useRef('');

  useEffect(() => {
    asked.current = shape;
    layout(graph).then(
      (placed) => {
        if (asked.current === shape) setAnswer({ shape, placed });
      },
      () => undefined, // it stays as it was placed roughly
    );
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the graph is told by its shape
  }, [shape]);

  return useMemo(() => {
    if (answer?.shape === shape) return { places: answer.placed.nodes, routes: answer.placed.edges, settled: true };
    return { places: meanwhile(graph, answer?.placed.nodes), routes: new Map(), settled: false };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as above
  }, [shape, answer]);
}

function meanwhile(
  graph: ReturnType<typeof graphOf>,
  before: ReadonlyMap<string, Point> | undefined,
): Map<string, Point> {
  const rough = roughly(graph);
  if (!before) return rough;
  const places = new Map<string, Point>();
  for (const { id } of graph.nodes) {
    const leads = graph.edges.find(({ from, to }) => to === id && before.has(from));
    const above = leads && before.get(leads.from)!;
    places.set(id, before.get(id) ?? (above ? { x: above.x, y: above.y + NODE_HEIGHT + 56 } : rough.get(id)!));
  }
  return places;
}
