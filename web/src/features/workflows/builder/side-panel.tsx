import { TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../../ui/index.js';
import { lookOf } from '../../../ui/node-types.js';
import css from './builder.module.css';
import { useBuilder } from './model/index.js';
import { EdgeForm, NodeForm, WorkflowForm } from './panels/index.js';
import { RunPanel } from './run/index.js';
import { TryPanel } from './try/index.js';

/** What stands beside the canvas: the form of what is selected, the start of a run, or trying without effects. */
export type Panel = 'form' | 'run' | 'try';
export const isPanel = (text: string | undefined): text is Panel => text === 'form' || text === 'run' || text === 'try';

export function SidePanel({
  panel,
  asked,
  onClose,
  onRemoved,
}: {
  panel: Panel;
  /** How often the form was asked for: each time it takes the focus, even when it stood there already. */
  asked: number;
  onClose: () => void;
  /** What the form was of is removed: the focus belongs to the canvas. */
  onRemoved: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  const form = useForm(() => {
    onRemoved();
    // Beside a text that has all the room there is no canvas that could take it.
    requestAnimationFrame(() => document.activeElement === document.body && focusFirst(box.current));
  });
  const { title, about, content } = {
    form,
    run: {
      title: 'Run',
      about: 'Starts a run of a saved version',
      content: <RunPanel />,
    },
    try: {
      title: 'Try',
      about: 'Without any effect',
      content: <TryPanel />,
    },
  }[panel];
  useEffect(() => focusFirst(box.current), [panel, asked]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it, wherever in it the focus is
    <aside
      ref={box}
      className={css.panel}
      aria-label={panel === 'form' ? `Form: ${title}` : title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={css.panelHead}>
        <div>
          <h2 title={title}>{title}</h2>
          <p className="muted">{about}</p>
        </div>
        <Button
          look="quiet"
          icon={<X />}
          aria-label={`Close ${panel === 'form' ? 'the form' : title}`}
          onClick={onClose}
        />
      </header>
      <div className={css.panelBody}>{panel === 'form' ? <Fields>{content}</Fields> : content}</div>
    </aside>
  );
}

/** What can be filled in; not while the text has mistakes, when nothing could be written into it. */
function Fields({ children }: { children: ReactNode }) {
  const sound = useBuilder(({ view }) => view.sound);
  return (
    <fieldset className={css.fields} disabled={!sound}>
      {!sound && (
        <p className={css.mend}>
          <TriangleAlert size={14} aria-hidden />
          Mend the text first: it has mistakes, and this form shows what it was before them.
        </p>
      )}
      {children}
    </fieldset>
  );
}

/** Of a node, an edge, or the workflow when neither is selected. */
function useForm(onRemoved: () => void): { title: string; about: string; content: ReactNode } {
  const { nodes, edges } = useBuilder((state) => state.selection);
  const view = useBuilder((state) => state.view);
  const edge = edges.length === 1 ? view.edges.find(({ index }) => index === edges[0]) : undefined;
  if (edge)
    return {
      title: `${edge.from} → ${edge.to}`,
      about: 'Edge',
      content: <EdgeForm key={edge.index} {...{ index: edge.index, onRemoved }} />,
    };
  if (nodes.length + edges.length > 1)
    return { title: `${nodes.length + edges.length} selected`, about: 'Select one to see its form', content: null };
  const node = view.nodes.find(({ key }) => key === nodes[0]);
  if (!node) return { title: 'Workflow', about: 'As a whole', content: <WorkflowForm /> };
  return {
    title: node.key,
    about: lookOf(node.type).label,
    content: <NodeForm {...{ nodeKey: node.key, onRemoved }} />,
  };
}

/** Who opens it wants to fill it in. */
function focusFirst(box: HTMLElement | null): void {
  const first =
    box?.querySelector<HTMLElement>('div :is(input, textarea, select):enabled, [contenteditable=true]') ??
    box?.querySelector<HTMLElement>('button');
  first?.focus();
  if (first instanceof HTMLInputElement) first.select(); // a key that was made up is written over
}
