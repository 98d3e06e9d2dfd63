import type { NodeChange } from '@xyflow/react';
import { useCallback, useMemo, useState } from 'react';
import { type Untaken, useBuilder, useUntaken } from '../model/index.js';
import { type CardNode, edgesOf, type LineEdge, nodesOf, reuser } from './flow.js';
import { useLayout } from './use-layout.js';

/** The nodes and edges as React Flow draws them. While a node is dragged, where it is is known only here. */
export function useFlow() {
  const view = useBuilder((state) => state.view);
  const problems = useBuilder((state) => state.problems);
  const selection = useBuilder((state) => state.selection);
  const positions = useBuilder((state) => state.positions);
  const untaken = useUntakenHere();
  const { places, routes, settled } = useLayout(view);
  const [dragged, setDragged] = useState<Record<string, { x: number; y: number }>>();
  const [sameNodes] = useState(() => reuser<CardNode>());
  const [sameEdges] = useState(() => reuser<LineEdge>());

  const selected = selection.nodes.length === 1 ? selection.nodes[0] : undefined;
  // Where the keys are: on what was selected last, or else on the first.
  const current = selection.nodes.at(-1) ?? view.nodes[0]?.key;
  const { nodes, edges } = useMemo(() => {
    const here = dragged ? { ...positions, ...dragged } : positions;
    const sources = { view, problems, selection, places, positions: here, current, untaken };
    return { nodes: sameNodes(nodesOf(sources)), edges: sameEdges(edgesOf(sources, routes)) };
  }, [view, problems, selection, places, routes, positions, dragged, current, untaken, sameNodes, sameEdges]);

  const onDrag = useCallback((changes: NodeChange<CardNode>[]): void => {
    const moved = changes.flatMap((change) =>
      change.type === 'position' && change.position ? [[change.id, change.position] as const] : [],
    );
    const going = changes.some((change) => change.type === 'position' && change.dragging);
    if (moved.length > 0 || going) setDragged(going ? (was) => ({ ...was, ...Object.fromEntries(moved) }) : undefined);
  }, []);

  return { nodes, edges, settled, onDrag, current: useMemo(() => ({ key: current, selected }), [current, selected]) };
}

/** What tests or a dry run did not take, while the text is what they tried. */
export function useUntakenHere(): Untaken | null {
  const text = useBuilder((state) => state.text);
  const shown = useUntaken((state) => state.shown);
  return shown?.text === text ? shown : null;
}
