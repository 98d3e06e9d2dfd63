import '@xyflow/react/dist/base.css';
import {
  Background,
  BackgroundVariant,
  type Connection,
  MarkerType,
  MiniMap,
  type NodeChange,
  type EdgeChange as FlowEdgeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
} from '@xyflow/react';
import { TriangleAlert } from 'lucide-react';
import { type DragEvent, type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { NodeType } from '../../../../../../core/spec/plan.js';
import { isNodeType } from '../../../../ui/node-types.js';
import { Button } from '../../../../ui/index.js';
import { type Selection, showUntaken, useBuilder } from '../model/index.js';
import { add, connect, place, selectedNode } from './actions.js';
import css from './canvas.module.css';
import { Card } from './card.js';
import { Controls } from './controls.js';
import { type CardNode, type LineEdge, NODE_HEIGHT, NODE_WIDTH, WHOLE } from './flow.js';
import { focusNode } from './focus.js';
import { Line } from './line.js';
import { DRAGGED, Palette } from './palette.js';
import { Pickers, type Asking } from './pickers.js';
import { useClipboard } from './use-clipboard.js';
import { useCommands } from './use-commands.js';
import { useShow } from './use-show.js';
import { useFlow, useUntakenHere } from './use-flow.js';

const nodeTypes = { card: Card };
const edgeTypes = { line: Line };
const LOOK = {
  markerEnd: { type: MarkerType.ArrowClosed, width: 22, height: 22, markerUnits: 'userSpaceOnUse' },
} as const;
/** Beyond that, what is off the screen is not drawn. */
const MANY = 150;

export interface CanvasProps {
  /** The form of what is selected is asked for. */
  onOpen: () => void;
}

/** The spec as a graph that can be edited, with the mouse or without. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ onOpen }: CanvasProps) {
  const box = useRef<HTMLElement>(null);
  const [asking, ask] = useState<Asking>();
  const { nodes, edges, current, settled, onDrag } = useFlow();
  const readOnly = useBuilder((state) => state.readOnly);
  const sound = useBuilder((state) => state.view.sound);
  const untaken = useUntakenHere();
  const mouse = useRef<Mouse>({ dropped: false, clicked: undefined });
  const { screenToFlowPosition } = useReactFlow();
  useView(nodes, settled, mouse);
  const run = useCommands({ box, nodes, current, onOpen, ask });
  useClipboard(box);

  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      onDrag(changes);
      if (chooseFrom(changes, 'nodes')) mouse.current.clicked = useBuilder.getState().selection;
    },
    [onDrag],
  );
  const onEdgesChange = useCallback((changes: FlowEdgeChange<LineEdge>[]) => {
    if (chooseFrom(changes, 'edges')) mouse.current.clicked = useBuilder.getState().selection;
  }, []);

  const onDrop = (event: DragEvent): void => {
    const type = event.dataTransfer.getData(DRAGGED);
    if (!isNodeType(type)) return;
    event.preventDefault();
    if (nodes.length === 0) mouse.current.dropped = true;
    if (!add(type, { at: centred(screenToFlowPosition({ x: event.clientX, y: event.clientY })) })) return;
    mouse.current.clicked = useBuilder.getState().selection;
    focusNode(box.current, selectedNode());
  };
  const addAfter = (type: NodeType): void => {
    if (add(type, { after: current.selected })) onOpen();
  };

  return (
    <div className={css.frame}>
      {!readOnly && <Palette onAdd={addAfter} onMore={() => ask({ for: 'add', from: current.selected })} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application answers to keys: that is what the role says */}
      <section
        ref={box}
        className={css.canvas}
        role="application"
        aria-label="Canvas. Press ? for the keys"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above; where there are nodes, one of them has the focus
        tabIndex={nodes.length === 0 ? 0 : -1}
        onKeyDown={run}
        onDrop={onDrop}
        onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
      >
        <ReactFlow<CardNode, LineEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultEdgeOptions={LOOK}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onConnect={({ source, target }: Connection) => connect(source, target)}
          isValidConnection={({ source, target }) => source !== target}
          onConnectEnd={(event, { fromNode, toNode, fromHandle }) => {
            if (toNode || !fromNode || fromHandle?.type !== 'source') return;
            const { clientX, clientY } = 'changedTouches' in event ? event.changedTouches[0]! : event;
            const at = screenToFlowPosition({ x: clientX, y: clientY });
            ask({ for: 'add', from: fromNode.id, at: { x: at.x - NODE_WIDTH / 2, y: at.y } });
          }}
          onNodeDragStop={(_, __, dragged) =>
            place(Object.fromEntries(dragged.map(({ id, position }) => [id, position])))
          }
          onSelectionDragStop={(_, dragged) =>
            place(Object.fromEntries(dragged.map(({ id, position }) => [id, position])))
          }
          onNodeDoubleClick={onOpen}
          onEdgeDoubleClick={onOpen}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          zoomOnDoubleClick={false} // where nodes can not be dragged, it would do that instead of opening the form
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionMode={SelectionMode.Partial}
          multiSelectionKeyCode={['Control', 'Meta']}
          onlyRenderVisibleElements={nodes.length > MANY}
          connectionRadius={32}
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
          {!sound && nodes.length > 0 && (
            <Panel position="top-left" className={css.legend ?? ''}>
              <TriangleAlert size={14} aria-hidden />
              The text has mistakes. This is what it was before.
            </Panel>
          )}
          {untaken && (
            <Panel position="top-left" className={css.legend ?? ''}>
              <span className={css.legendMark} aria-hidden />
              {untaken.legend}
              <Button look="quiet" onClick={() => showUntaken(null)}>
                Hide
              </Button>
            </Panel>
          )}
          <Panel position="bottom-left">
            <Controls ask={ask} />
          </Panel>
          {nodes.length > 0 && (
            <MiniMap
              pannable
              zoomable
              ariaLabel="Overview"
              style={{ width: 140, height: 88 }}
              className={css.map}
              nodeColor={({ data, selected }: CardNode) =>
                selected ? 'var(--accent)' : data.problems.length > 0 ? 'var(--bad-fill)' : 'var(--idle-fill)'
              }
              maskColor="color-mix(in srgb, var(--page) 65%, transparent)"
              bgColor="var(--surface)"
            />
          )}
        </ReactFlow>
        {nodes.length === 0 && <Nothing />}
      </section>
      {asking && <Pickers asking={asking} onOpen={onOpen} onClose={() => ask(undefined)} box={box} />}
    </div>
  );
}

const centred = ({ x, y }: { x: number; y: number }) => ({ x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 });

function Nothing() {
  const sound = useBuilder(({ view }) => view.sound);
  const readOnly = useBuilder((state) => state.readOnly);
  return (
    <div className={css.nothing}>
      <p>{sound ? 'No nodes yet.' : 'The text can not be read.'}</p>
      {!readOnly && (
        <p className="muted">
          {sound ? (
            <>
              Drag one here from the left, or press <kbd>a</kbd>.
            </>
          ) : (
            'Mend it in the text; what is wrong stands below.'
          )}
        </p>
      )}
    </div>
  );
}

/** What the reader has done with the mouse, where the view must not move under it. */
interface Mouse {
  /** The first node was dropped somewhere. */
  dropped: boolean;
  clicked: Selection | undefined;
}

/** Whole, as soon as it is placed; later the reader's view is left alone, but for what is selected elsewhere and can't be seen. */
function useView(nodes: readonly CardNode[], settled: boolean, mouse: RefObject<Mouse>): void {
  const { fitView } = useReactFlow();
  const show = useShow(nodes);
  const selection = useBuilder((state) => state.selection);
  const [placed, setPlaced] = useState(false);
  const some = nodes.length > 0;
  if (some && settled && !placed) setPlaced(true);
  // Beside a text that has all the room there is nothing to fit it into: it is done when there is.
  const width = useStore((state) => state.width);
  const store = useStoreApi();
  const due = useRef(true);
  useEffect(() => {
    due.current = true;
  }, [some, placed]);
  useEffect(() => {
    if (!some || mouse.current.dropped) return;
    requestAnimationFrame(() => {
      if (!due.current || !store.getState().domNode?.clientWidth) return;
      due.current = false;
      void fitView(WHOLE);
    });
  }, [some, placed, width, fitView, store, mouse]);
  const bringUp = useEffectEvent(() => {
    if (selection !== mouse.current.clicked) show(...endsOf(selection));
  });
  useEffect(() => {
    if (settled) bringUp();
  }, [selection, settled]);
}

/** Of one edge, or else of one node, what of it should be seen. */
function endsOf({ nodes, edges }: Selection): readonly string[] {
  const edge = useBuilder.getState().view.edges.find(({ index }) => index === edges[0]);
  if (edge && edges.length === 1) return [edge.from, edge.to];
  return nodes.length === 1 ? nodes : [];
}

/** What React Flow selects, the store selects: it comes back as a property of the nodes. True when there was such a change. */
function chooseFrom(changes: (NodeChange<CardNode> | FlowEdgeChange<LineEdge>)[], list: 'nodes' | 'edges'): boolean {
  const { selection, select } = useBuilder.getState();
  const chosen = new Set<string>(selection[list].map(String));
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    changed = true;
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  if (changed)
    select(list === 'nodes' ? { ...selection, nodes: [...chosen] } : { ...selection, edges: [...chosen].map(Number) });
  return changed;
}
