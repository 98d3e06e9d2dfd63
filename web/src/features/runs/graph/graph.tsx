import '@xyflow/react/dist/base.css';
import { type Node, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus, Search } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Plan } from '../../../../../core/spec/plan.js';
import { useZone } from '../../../lib/time.js';
import { Button, Loading, statusOf, Tooltip } from '../../../ui/index.js';
import { nodeStatus, useNode, usePlan } from '../live/index.js';
import { CanvasLayer } from './canvas-layer.js';
import { EdgeLayer } from './edge-layer.js';
import css from './graph.module.css';
import { useLooks } from './looks.js';
import { MiniMap } from './minimap.js';
import { type PlannedNode, RunNode } from './node.js';
import { hit, pictureOf } from './paint.js';
import { LARGE, NODE_HEIGHT, NODE_WIDTH, usePlacement } from './placement.js';
import { newScene, type Scene, SceneContext } from './scene.js';
import { GraphSearch } from './search.js';
import { MAX_ZOOM, MIN_ZOOM, useCamera, useFar, useWindow } from './viewport.js';
import { isArrow, nodeAt } from './walk-keys.js';
import { saidOf } from './words.js';

export interface RunGraphProps {
  runId: string;
  /** The node whose panel is open. */
  selected: string | undefined;
  onSelect: (key: string | undefined) => void;
}

/** The plan of a run, nodes to come included, coloured by its live state. */
export function RunGraph(props: RunGraphProps) {
  const plan = usePlan(props.runId);
  const [scene] = useState(newScene);
  const { runId, selected, onSelect } = props;
  useEffect(
    () => scene.setState({ selected, ...(selected === undefined ? {} : { cursor: selected }) }),
    [scene, selected],
  );
  const context = useMemo(() => ({ runId, scene, select: onSelect }), [runId, scene, onSelect]);
  if (!plan) return <Loading label="Reading the plan" />;
  return (
    <SceneContext.Provider value={context}>
      <ReactFlowProvider>
        <Drawn {...props} plan={plan} scene={scene} />
      </ReactFlowProvider>
    </SceneContext.Provider>
  );
}

const NODE_TYPES = { run: RunNode };
const BOX = { width: NODE_WIDTH, height: NODE_HEIGHT, measured: { width: NODE_WIDTH, height: NODE_HEIGHT } };

function Drawn({ runId, selected, onSelect, plan, scene }: RunGraphProps & { plan: Plan; scene: Scene }) {
  const placement = usePlacement(plan);
  const picture = useMemo(() => pictureOf(plan, placement.nodes), [plan, placement]);
  const looks = useLooks(runId, plan, picture);
  const large = plan.nodes.length > LARGE;
  const far = useFar(large);
  const all = useMemo(
    () =>
      plan.nodes.map(({ key, type }): Node<PlannedNode> => {
        const position = placement.nodes.get(key) ?? { x: 0, y: 0 };
        return { id: key, type: 'run', position, ...BOX, handles: [], data: { nodeKey: key, type } };
      }),
    [plan, placement],
  );
  const seen = useWindow(picture, far || !large);
  const nodes = useMemo(() => (far ? [] : large ? seen.nodes.map((i) => all[i]!) : all), [far, large, seen, all]);
  const everyEdge = useMemo(() => plan.edges.map((_, index) => index), [plan]);
  const camera = useCamera(picture, placement, { first: selected, main: () => mainNode(plan, runId) });
  const [searching, setSearching] = useState(false);
  const { screenToFlowPosition } = useReactFlow();

  const go = (key: string | undefined): void => {
    if (key === undefined) return;
    scene.setState({ cursor: key });
    camera.touched();
    camera.show(key);
  };
  const closeSearch = (): void => {
    setSearching(false);
    scene.setState({ found: undefined });
    document.getElementById(GRAPH)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, target, currentTarget } = event;
    if ((key === 'f' && (event.ctrlKey || event.metaKey)) || (key === '/' && target === currentTarget))
      setSearching(true);
    else if (target !== currentTarget) return;
    else if (isArrow(key)) go(nodeAt(plan, placement.nodes, scene.getState().cursor, key));
    else if (key === 'Enter' || key === ' ') onSelect(scene.getState().cursor);
    else if (key === 'Escape') onSelect(undefined);
    else if (key === '+' || key === '=') camera.zoomBy(1.25);
    else if (key === '-') camera.zoomBy(0.8);
    else if (key === '0') camera.fit();
    else return;
    event.preventDefault();
  };
  // From afar nodes are no elements: what lies under the pointer is looked up.
  const onPaneClick = ({ clientX, clientY }: MouseEvent): void =>
    onSelect(far ? hit(picture, screenToFlowPosition({ x: clientX, y: clientY })) : undefined);

  return (
    // A graph is walked as a whole, so arrows come here and not to a screen reader.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      id={GRAPH}
      className={css.graph}
      role="application"
      aria-label={`Graph of ${plan.nodes.length} nodes. Arrows walk along its edges, Enter opens a node, slash finds one. The list says the same in rows.`}
      {...{ tabIndex: 0 }}
      onKeyDown={onKeyDown}
      data-far={far || undefined}
    >
      {far && <CanvasLayer picture={picture} looks={looks} />}
      <ReactFlow
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        onPaneClick={onPaneClick}
        {...camera.moves}
        {...{ minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, disableKeyboardA11y: true, zoomOnDoubleClick: false }}
        {...{ nodesDraggable: false, nodesConnectable: false, nodesFocusable: false, elementsSelectable: false }}
      >
        {!far && (
          <EdgeLayer plan={plan} placement={placement} looks={looks.edges} edges={large ? seen.edges : everyEdge} />
        )}
      </ReactFlow>
      {searching && (
        <GraphSearch
          plan={plan}
          stateOf={(key) => statusOf(nodeStatus(runId, key)).label.toLowerCase()}
          onFound={(found) => scene.setState({ found })}
          onGo={go}
          onClose={closeSearch}
        />
      )}
      <div className={css.controls}>
        <Control label="Find a node" keys="/" icon={<Search />} onClick={() => setSearching(true)} />
        <Control label="Closer" keys="+" icon={<Plus />} onClick={() => camera.zoomBy(1.25)} />
        <Control label="Farther" keys="-" icon={<Minus />} onClick={() => camera.zoomBy(0.8)} />
        <Control label="Show all of it" keys="0" icon={<Maximize />} onClick={camera.fit} />
      </div>
      <MiniMap picture={picture} looks={looks} />
      <Spoken runId={runId} plan={plan} scene={scene} />
    </div>
  );
}
const GRAPH = 'run-graph';

/** Where the run stands: what needs somebody before what is at work. */
function mainNode(plan: Plan, runId: string): string | undefined {
  for (const wanted of ['held', 'failed', 'waiting', 'running', 'queued'])
    for (const { key } of plan.nodes) if (nodeStatus(runId, key) === wanted) return key;
  return plan.nodes[0]?.key;
}

function Control({
  label,
  keys,
  icon,
  onClick,
}: {
  label: string;
  keys: string;
  icon: ReactNode;
  onClick: () => void;
}) {
  return (
    <Tooltip text={`${label} (${keys})`}>
      <Button look="plain" icon={icon} aria-label={label} aria-keyshortcuts={keys} onClick={onClick} />
    </Tooltip>
  );
}

/** What the keyboard stands on, for those who listen. */
function Spoken({ runId, plan, scene }: { runId: string; plan: Plan; scene: Scene }) {
  const cursor = useStore(scene, (state) => state.cursor);
  const zone = useZone();
  const node = useNode(runId, cursor ?? '');
  const type = plan.nodes.find(({ key }) => key === cursor)?.type;
  return (
    <div className="sr-only" aria-live="polite">
      {cursor !== undefined && type && saidOf(cursor, type, node, zone)}
    </div>
  );
}
