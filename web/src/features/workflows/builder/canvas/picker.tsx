import { clsx } from 'clsx';
import { type ReactNode, useId, useState } from 'react';
import { Dialog, Input } from '../../../../ui/index.js';
import css from './picker.module.css';

export interface Choice {
  id: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
}

/** Those in which every word that is typed occurs; a label that begins with it comes first. */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ label }: Choice): number =>
    words[0] !== undefined && label.toLowerCase().startsWith(words[0]) ? 0 : 1;
  return choices
    .filter(({ label, hint = '' }) => words.every((word) => `${label} ${hint}`.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b));
}

/** Nobody reads more; who types sees fewer. */
const SHOWN = 100;

/** A list to choose from by typing, arrows and Enter: a command menu. */
export function Picker({
  title,
  placeholder,
  choices,
  onPick,
  onClose,
}: {
  title: string;
  placeholder: string;
  choices: readonly Choice[];
  onPick: (id: string) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = matching(choices, typed).slice(0, SHOWN);
  const active = found[Math.min(at, found.length - 1)];
  const step = (by: number): void =>
    setAt((was) => (Math.min(was, found.length - 1) + by + found.length) % found.length);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter' && active) onPick(active.id);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title}>
      <Input
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-label={title}
        aria-activedescendant={active && `${list}-${active.id}`}
        placeholder={placeholder}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- who opens a list to type in wants to type
        autoFocus
        autoComplete="off"
        spellCheck={false}
      />
      <div role="listbox" id={list} aria-label={title} className={css.list}>
        {found.map(({ id, label, hint, icon }) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the text box's
          <div
            key={id}
            id={`${list}-${id}`}
            role="option"
            tabIndex={-1}
            aria-selected={id === active?.id}
            className={clsx(css.choice, id === active?.id && css.active)}
            onClick={() => onPick(id)}
            onMouseMove={() => setAt(found.findIndex((each) => each.id === id))}
            ref={id === active?.id ? intoView : null}
          >
            {icon && <span className={css.icon}>{icon}</span>}
            <span className={css.text}>
              <span className={css.label}>{label}</span>
              {hint !== undefined && hint !== '' && <span className={css.hint}>{hint}</span>}
            </span>
          </div>
        ))}
      </div>
      <p className={css.none} role="status">
        {found.length === 0 ? 'Nothing is called that.' : ''}
      </p>
    </Dialog>
  );
}

const intoView = (element: HTMLElement | null): void => element?.scrollIntoView?.({ block: 'nearest' });
