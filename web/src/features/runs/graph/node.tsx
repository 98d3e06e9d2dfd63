import { clsx } from 'clsx';
import { Box, GitFork, Undo2 } from 'lucide-react';
import { memo } from 'react';
import type { NodeView } from '../../../../../core/events/view.js';
import type { NodeType } from '../../../../../core/spec/plan.js';
import { useZone } from '../../../lib/time.js';
import { NODE_LOOKS } from '../../../ui/node-types.js';
import { StatusMark, statusOf, useNow } from '../../../ui/index.js';
import { useNode, useRunView } from '../live/index.js';
import { amendedAs, lineOf, saidOf, typeWords } from './words.js';
import { ItemsBar } from './items-bar.js';
import css from './node.module.css';
import { useScene, useSceneContext } from './scene.js';

/** React Flow's data of a node: what does not change while the plan stays. */
export interface PlannedNode extends Record<string, unknown> {
  nodeKey: string;
  type: NodeType;
}

/** One node of the graph: draws itself anew when its own state changes, and no other's. */
export const RunNode = memo(({ data: { nodeKey, type } }: { data: PlannedNode }) => {
  const { runId, select } = useSceneContext();
  const node = useNode(runId, nodeKey);
  const selected = useScene((scene) => scene.selected === nodeKey);
  const cursor = useScene((scene) => scene.cursor === nodeKey);
  const dimmed = useScene((scene) => scene.found !== undefined && !scene.found.has(nodeKey));
  const amended = useRunView(runId, ({ run }) => amendedAs(nodeKey, run.amendments));
  const status = node?.status ?? 'pending';
  const zone = useZone();
  const { tone } = statusOf(status);
  const Icon = NODE_LOOKS[type]?.Icon ?? Box;
  return (
    // A mouse's way alone: by keyboard the graph as a whole is walked.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <div
      id={elementId(nodeKey)}
      className={clsx(css.node, css[tone], selected && css.selected, cursor && css.cursor, dimmed && css.dimmed)}
      data-status={status}
      data-node={nodeKey}
      role="img"
      aria-label={saidOf(nodeKey, type, node, zone)}
      onClick={() => select(nodeKey)}
    >
      <StatusMark status={status} size={16} />
      <div className={css.text}>
        <div className={css.title}>
          <span className={css.key} title={nodeKey}>
            {nodeKey}
          </span>
          <Tags node={node} amended={amended} />
        </div>
        {node ? <Line node={node} /> : <div className={css.line}>{typeWords(type)}</div>}
      </div>
      <Icon size={14} className={css.type} aria-hidden />
      {node?.items && <ItemsBar runId={runId} node={node} />}
    </div>
  );
});
export const elementId = (key: string): string => `graph-node-${key}`;

function Line({ node }: { node: NodeView }) {
  const zone = useZone();
  const ticks = lineOf(node, 0, zone).tick;
  const now = useNow(ticks ? 1000 : undefined);
  const { text } = lineOf(node, now, zone);
  return (
    <div className={css.line} title={text}>
      {text}
    </div>
  );
}

function Tags({ node, amended }: { node: NodeView | undefined; amended: 'added' | 'changed' | undefined }) {
  const undone = node?.compensation?.status;
  return (
    <>
      {amended && <span className={css.tag}>{amended}</span>}
      {node?.origin !== undefined && (
        <span className={css.tag} title={`Taken over from run ${node.origin}`}>
          <GitFork size={10} aria-hidden /> kept
        </span>
      )}
      {undone && (
        <span className={clsx(css.tag, css[UNDO_TONES[undone]])} title="Compensation">
          <Undo2 size={10} aria-hidden /> {UNDO_WORDS[undone]}
        </span>
      )}
    </>
  );
}

type Undone = NonNullable<NodeView['compensation']>['status'];
const UNDO_WORDS: Record<Undone, string> = {
  pending: 'to undo',
  running: 'undoing',
  held: 'undo held',
  completed: 'undone',
  skipped: 'undone by hand',
};
const UNDO_TONES: Record<Undone, string> = {
  pending: 'idle',
  running: 'busy',
  held: 'held',
  completed: 'good',
  skipped: 'good',
};
