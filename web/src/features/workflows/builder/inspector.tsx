import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../../../ui/index.js';
import { lookOf } from '../../../ui/node-types.js';
import css from './builder.module.css';
import { useBuilder } from './model/index.js';
import { EdgeForm, NodeForm, WorkflowForm } from './panels/index.js';

/** The form of what is selected: a node, an edge, or the workflow when it is nothing of both. */
export function Inspector({ onClose }: { onClose: () => void }) {
  const selection = useBuilder((state) => state.selection);
  const box = useRef<HTMLElement>(null);
  const node = selection.edges.length === 0 && selection.nodes.length === 1 ? selection.nodes[0] : undefined;
  const edge = selection.edges.length === 1 ? selection.edges[0] : undefined;
  const view = useBuilder((state) => state.view);
  const drawn = view.nodes.find(({ key }) => key === node);
  const along = view.edges.find(({ index }) => index === edge);
  useEffect(() => focusFirst(box.current), []);
  const many = selection.nodes.length > 1;
  const title = many
    ? `${selection.nodes.length} nodes`
    : along
      ? `${along.from} → ${along.to}`
      : drawn
        ? drawn.key
        : 'Workflow';
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it, wherever in it the focus is
    <aside
      ref={box}
      className={css.inspector}
      aria-label={`Form: ${title}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={css.inspectorHead}>
        <div>
          <h2>{title}</h2>
          <p className="muted">
            {many ? 'Select one to see its form' : along ? 'Edge' : drawn ? lookOf(drawn.type).label : 'As a whole'}
          </p>
        </div>
        <Button look="quiet" icon={<X />} aria-label="Close the form" onClick={onClose} />
      </header>
      <div className={css.inspectorBody}>
        {edge !== undefined ? (
          <EdgeForm index={edge} />
        ) : node !== undefined ? (
          <NodeForm nodeKey={node} />
        ) : (
          !many && <WorkflowForm />
        )}
      </div>
    </aside>
  );
}

/** Who opens a form wants to fill it in. */
const focusFirst = (box: HTMLElement | null): void =>
  box?.querySelector<HTMLElement>('input, textarea, select, [contenteditable=true]')?.focus();
