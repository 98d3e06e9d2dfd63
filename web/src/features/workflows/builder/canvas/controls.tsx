import { useReactFlow } from '@xyflow/react';
import { CircleHelp, Maximize, Minus, Network, Plus, Redo2, Search, Undo2 } from 'lucide-react';
import { Button, Tooltip } from '../../../../ui/index.js';
import { useBuilder } from '../model/index.js';
import { arrange } from './actions.js';
import css from './canvas.module.css';
import { WHOLE } from './flow.js';
import type { Asking } from './pickers.js';

/** What is done to the view, and to what was done. */
export function Controls({ ask }: { ask: (asking: Asking) => void }) {
  const { fitView, zoomIn, zoomOut } = useReactFlow();
  const undoable = useBuilder(({ past, readOnly }) => (readOnly ? undefined : past.at(-1)?.label));
  const redoable = useBuilder(({ future, readOnly }) => (readOnly ? undefined : future[0]?.label));
  const { undo, redo, readOnly } = useBuilder.getState();
  const does = [
    { label: 'Zoom in', keys: '+', Icon: Plus, act: () => void zoomIn() },
    { label: 'Zoom out', keys: '−', Icon: Minus, act: () => void zoomOut() },
    {
      label: 'Show all',
      keys: 'f',
      Icon: Maximize,
      act: () => void fitView({ ...WHOLE, duration: 200 }),
    },
    ...(readOnly ? [] : [{ label: 'Arrange again', keys: 'l', Icon: Network, act: arrange }]),
    { label: 'Find a node', keys: '/', Icon: Search, act: () => ask({ for: 'find' }) },
    { label: 'Keys', keys: '?', Icon: CircleHelp, act: () => ask({ for: 'help' }) },
  ];
  return (
    <div className={css.controls} role="toolbar" aria-label="Canvas">
      {!readOnly && (
        <>
          <Control
            label={undoable ? `Undo: ${undoable}` : 'Undo'}
            keys="Ctrl Z"
            off={!undoable}
            Icon={Undo2}
            act={undo}
          />
          <Control
            label={redoable ? `Redo: ${redoable}` : 'Redo'}
            keys="Ctrl Shift Z"
            off={!redoable}
            Icon={Redo2}
            act={redo}
          />
          <span className={css.gap} />
        </>
      )}
      {does.map((each) => (
        <Control key={each.label} {...each} />
      ))}
    </div>
  );
}

function Control({
  label,
  keys,
  Icon,
  act,
  off = false,
}: {
  label: string;
  keys: string;
  Icon: typeof Plus;
  act: () => void;
  off?: boolean;
}) {
  return (
    <Tooltip text={`${label} (${keys})`} side="top">
      <Button look="quiet" icon={<Icon size={15} />} aria-label={label} onClick={act} disabled={off} />
    </Tooltip>
  );
}
