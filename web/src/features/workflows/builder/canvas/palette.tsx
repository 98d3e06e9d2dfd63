import { Plus } from 'lucide-react';
import type { DragEvent } from 'react';
import type { NodeType } from '../../../../../../core/spec/plan.js';
import { Tooltip } from '../../../../ui/index.js';
import { NODE_LOOKS } from '../../../../ui/node-types.js';
import { useBuilder } from '../model/index.js';
import type { Choice } from './picker.js';
import css from './palette.module.css';

/** What a dragged type is called on its way to the canvas. */
export const DRAGGED = 'application/x-heddle-node-type';
const TYPES = Object.keys(NODE_LOOKS) as NodeType[];

export const TYPE_CHOICES: Choice[] = TYPES.map((type) => {
  const { label, describes, Icon } = NODE_LOOKS[type];
  return { id: type, label, hint: describes, icon: <Icon size={16} aria-hidden /> };
});

const MEND = 'The text has mistakes. Mend them first.';

/** Every type of node: dragged to a place, or pressed to stand after the node that is selected; not while the text has to be mended. */
export function Palette({ onAdd, onMore }: { onAdd: (type: NodeType) => void; onMore: () => void }) {
  const disabled = useBuilder(({ view }) => !view.sound);
  const locked = { disabled, title: disabled ? MEND : undefined };
  const onDragStart = (event: DragEvent, type: NodeType): void => {
    event.dataTransfer.setData(DRAGGED, type);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    <div className={css.palette} role="toolbar" aria-label="Add a node" aria-orientation="vertical">
      <Tooltip text="Add a node: choose from a list (a)" side="right">
        <button
          type="button"
          className={css.more}
          {...locked}
          onClick={onMore}
          aria-label="Add a node"
          aria-keyshortcuts="a"
        >
          <Plus size={17} aria-hidden />
        </button>
      </Tooltip>
      {TYPES.map((type) => {
        const { label, describes, Icon } = NODE_LOOKS[type];
        return (
          <Tooltip key={type} text={`${label}. ${describes}`} side="right">
            <button
              type="button"
              className={css.type}
              {...locked}
              draggable={!disabled}
              onDragStart={(event) => onDragStart(event, type)}
              onClick={() => onAdd(type)}
              aria-label={`Add ${label.toLowerCase()}`}
            >
              <Icon size={17} aria-hidden />
              <span>{SHORT[type]}</span>
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
}

const SHORT: { [T in NodeType]: string } = {
  ...{ tool_call: 'Tool', agent_call: 'Agent', human_gate: 'Gate', map: 'Map', wait: 'Wait' },
  ...{ transform: 'Transform', subworkflow: 'Flow' },
};
