import '@xyflow/react/dist/base.css';
import {
  Background,
  BackgroundVariant,
  MarkerType,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { Button } from '../../../ui/index.js';
import { Card } from '../builder/canvas/card.js';
import canvas from '../builder/canvas/canvas.module.css';
import { edgesOf, nodesOf, WHOLE } from '../builder/canvas/flow.js';
import { Line } from '../builder/canvas/line.js';
import { useLayout } from '../builder/canvas/use-layout.js';
import { readSpec } from '../builder/model/index.js';
import css from './diff.module.css';
import { type Diff, type Mark, mergedOf } from './merge.js';

const nodeTypes = { card: Card };
const edgeTypes = { line: Line };
const LOOK = { markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 } } as const;
const LEGEND: [Mark, string][] = [
  ['added', '+'],
  ['removed', '−'],
  ['changed', '~'],
];

function Zoom() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left" className={css.zoom ?? ''}>
      <Button look="quiet" icon={<Plus />} aria-label="Closer" onClick={() => void zoomIn()} />
      <Button look="quiet" icon={<Minus />} aria-label="Further away" onClick={() => void zoomOut()} />
      <Button look="quiet" icon={<Maximize />} aria-label="Show all of it" onClick={() => void fitView(WHOLE)} />
    </Panel>
  );
}

/** Both versions as one graph: what is new, what is gone, what is another now. */
export function MergedGraph(props: { from: string; to: string; diff: Diff }) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ from, to, diff }: { from: string; to: string; diff: Diff }) {
  const merged = useMemo(() => mergedOf(readSpec(from), readSpec(to), diff), [from, to, diff]);
  const view = useMemo(() => ({ ...readSpec(''), ...merged.view }), [merged]);
  const { places, routes, settled } = useLayout(view);
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (settled) requestAnimationFrame(() => void fitView(WHOLE));
  }, [settled, fitView]);
  const { nodes, edges } = useMemo(() => {
    const sources = {
      view,
      problems: [],
      selection: { nodes: [], edges: [] },
      places,
      positions: {},
      current: undefined,
    };
    const said = (mark: Mark | undefined): string => (mark ? `. ${mark}` : '');
    return {
      nodes: nodesOf(sources).map((node) => {
        const mark = merged.nodes.get(node.id);
        const was = merged.was.get(node.id);
        const label = was === undefined ? node.data.label : `${was} → ${node.data.label}`;
        const ariaLabel = `${node.ariaLabel ?? ''}${said(mark)}${was === undefined ? '' : `, was ${was}`}`;
        return { ...node, ariaLabel, data: { ...node.data, label }, ...(mark ? { className: css[mark] ?? '' } : {}) };
      }),
      edges: edgesOf(sources, routes).map((edge) => {
        const mark = merged.edges.get(Number(edge.id));
        return {
          ...edge,
          ariaLabel: `${edge.ariaLabel ?? ''}${said(mark)}`,
          ...(mark ? { className: css[`${mark}Edge`] ?? '' } : {}),
        };
      }),
    };
  }, [view, places, routes, merged]);
  return (
    <section className={`${canvas.canvas} ${css.graph}`} aria-label="Both versions as one graph">
      <ReactFlow
        {...{ nodes, edges, nodeTypes, edgeTypes }}
        defaultEdgeOptions={LOOK}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        minZoom={0.05}
        maxZoom={1.75}
      >
        <Background
          variant={BackgroundVariant.Dots}
          gap={20}
          size={1}
          color="var(--line-strong)"
          bgColor="var(--page)"
        />
        <Zoom />
        <Panel position="top-left" className={css.legend ?? ''}>
          {LEGEND.map(([mark, sign]) => (
            <span key={mark} data-mark={mark}>
              <span className={css.sign} aria-hidden>
                {sign}
              </span>
              {mark}
            </span>
          ))}
        </Panel>
      </ReactFlow>
    </section>
  );
}
