import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import css from './panels.module.css';

/** Fields that are seldom needed: folded, and saying what is in them. It opens when something in it is wrong. */
export function FoldedGroup({
  title,
  set,
  wrong,
  children,
}: {
  title: string;
  set: number;
  wrong: number;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const shown = open || wrong > 0;
  return (
    <details className={css.group} open={shown} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={css.summary}>
        <ChevronRight size={14} aria-hidden className={css.chevron} />
        <span className={css.title}>{title}</span>
        {wrong > 0 && <span className={css.wrong}>{wrong === 1 ? '1 problem' : `${wrong} problems`}</span>}
        {set > 0 && wrong === 0 && <span className={css.set}>set</span>}
      </summary>
      {shown && <div className={css.inside}>{children}</div>}
    </details>
  );
}
