import { type FormEvent, useRef, useState } from 'react';
import { Button, Field, Input } from '../../../../ui/index.js';
import type { FieldError } from '../../../../ui/schema-form/index.js';
import { type DrawnNode, renameNode, useBuilder } from '../model/index.js';
import css from './panels.module.css';

const KEY = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Another key: edges and expressions that name the node follow. Not with each letter, but when it is said. */
export function KeyField({ node: { key, type }, errors }: { node: DrawnNode; errors: readonly FieldError[] }) {
  const change = useBuilder((state) => state.change);
  const readOnly = useBuilder((state) => state.readOnly);
  const [typed, setTyped] = useState(key);
  const [known, setKnown] = useState(key);
  if (known !== key) {
    setKnown(key);
    setTyped(key);
  }
  const input = useRef<HTMLInputElement>(null);
  const taken = useBuilder(({ view }) => view.nodes.some((each) => each.key === typed && each.key !== key));
  const wrong = problemWith(typed, taken) ?? (typed === key ? errors[0]?.message : undefined);
  const rename = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong !== undefined || typed === key) return;
    change((text) => renameNode(text, key, typed), `${key} is called ${typed}`, { nodes: [typed] });
    input.current?.focus(); // the button that was pressed is gone
  };
  return (
    <form className={css.key} onSubmit={rename}>
      <Field label="Key" error={wrong} help={`A ${type.replaceAll('_', ' ')}. Expressions read it as nodes.${key}`}>
        {(control) => (
          <div className={css.row}>
            <Input
              {...control}
              ref={input}
              className="mono"
              value={typed}
              readOnly={readOnly}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => setTyped(target.value)}
              onKeyDown={(event) => event.key === 'Escape' && typed !== key && (event.stopPropagation(), setTyped(key))}
            />
            {typed !== key && (
              <Button type="submit" disabled={wrong !== undefined}>
                Rename
              </Button>
            )}
          </div>
        )}
      </Field>
    </form>
  );
}

function problemWith(key: string, taken: boolean): string | undefined {
  if (taken) return `There is a node ${key} already.`;
  return KEY.test(key) ? undefined : 'A key has letters, digits and _ and begins with no digit.';
}
