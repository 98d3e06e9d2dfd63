import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { Button, Input } from '../../../ui/index.js';
import css from './graph.module.css';
import { found } from './walk-keys.js';

/** Finds nodes by key, type or state, and leads from one to the next. */
export function GraphSearch({
  plan,
  stateOf,
  onFound,
  onGo,
  onClose,
}: {
  plan: Plan;
  stateOf: (key: string) => string;
  /** Undefined: nothing is searched for. */
  onFound: (keys: ReadonlySet<string> | undefined) => void;
  onGo: (key: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const keys = found(plan, text, stateOf);
  useEffect(() => input.current?.focus(), []);
  const search = (next: string): void => {
    const hits = found(plan, next, stateOf);
    setText(next);
    setAt(0);
    onFound(next.trim() === '' ? undefined : new Set(hits));
    if (hits[0] !== undefined) onGo(hits[0]);
  };
  const step = (by: number): void => {
    if (keys.length === 0) return;
    const next = (at + by + keys.length) % keys.length;
    setAt(next);
    onGo(keys[next]!);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' || event.key === 'ArrowDown') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'ArrowUp') step(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className={css.search}>
      <Input
        ref={input}
        type="search"
        value={text}
        onChange={(event) => search(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder="Find a node"
        aria-label="Find a node by key, type or state"
      />
      <span className={css.hits} role="status">
        {text.trim() === '' ? '' : keys.length === 0 ? 'none' : `${at + 1} of ${keys.length}`}
      </span>
      <Button look="quiet" icon={<ChevronUp />} aria-label="The one before" onClick={() => step(-1)} />
      <Button look="quiet" icon={<ChevronDown />} aria-label="The next one" onClick={() => step(1)} />
      <Button look="quiet" icon={<X />} aria-label="Close the search" onClick={onClose} />
    </search>
  );
}
