import { Link } from '@tanstack/react-router';
import { ClipboardPaste, FileText, History, Workflow } from 'lucide-react';
import type { ReactNode } from 'react';
import { Empty, Time } from '../../../ui/index.js';
import css from './builder.module.css';
import type { Draft } from './model/index.js';
import { BLANK, TEMPLATES } from './templates.js';

/** Where a new workflow begins: with nothing, with a template, with a text that one has, or with what was left. */
export function Start({
  draft,
  onStart,
  onText,
  onRestore,
}: {
  draft: Draft | undefined;
  onStart: (text: string) => void;
  onText: () => void;
  onRestore: () => void;
}) {
  return (
    <div className={css.start}>
      <h2>What does it begin with?</h2>
      <ul className={css.cards}>
        {draft && (
          <Card icon={<History />} title="Your draft" onPick={onRestore}>
            Not saved yet; last changed <Time at={draft.at} />.
          </Card>
        )}
        <Card icon={<FileText />} title="Nothing" onPick={() => onStart(BLANK)}>
          An empty canvas.
        </Card>
        <Card icon={<ClipboardPaste />} title="A text of yours" onPick={onText}>
          Paste or type YAML or JSON.
        </Card>
        {TEMPLATES.map(({ title, says, text }) => (
          <Card key={title} icon={<Workflow />} title={title} onPick={() => onStart(text)}>
            {says}
          </Card>
        ))}
      </ul>
    </div>
  );
}

/** Who reads workflows and may not write them has nothing to begin with. */
export const MayNotBegin = () => (
  <Empty icon={Workflow} title="You may not write workflows" action={<Link to="/workflows">To the workflows</Link>}>
    With your roles in this org you can read them, and try them out without any effect.
  </Empty>
);

const Card = ({
  icon,
  title,
  onPick,
  children,
}: {
  icon: ReactNode;
  title: string;
  onPick: () => void;
  children: ReactNode;
}) => (
  <li>
    <button type="button" className={css.card} onClick={onPick}>
      <span className={css.cardIcon} aria-hidden>
        {icon}
      </span>
      <span className={css.cardText}>
        <strong>{title}</strong>
        <span>{children}</span>
      </span>
    </button>
  </li>
);
