import { useState } from 'react';
import { Button, Field, Input } from '../../../../ui/index.js';
import type { FieldError } from '../../../../ui/schema-form/index.js';
import { type DrawnNode, renameNode, useBuilder } from '../model/index.js';
import css from './panels.module.css';

const KEY = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Another key: edges and expressions that name the node follow. Not with each letter, but when it is said, left, or saved; Escape takes it back. */
export function KeyField({ node: { key, type }, errors }: { node: DrawnNode; errors: readonly FieldError[] }) {
  const change = useBuilder((state) => state.change);
  const readOnly = useBuilder((state) => state.readOnly);
  const [typed, setTyped] = useState(key);
  const [known, setKnown] = useState(key);
  if (known !== key) {
    setKnown(key);
    setTyped(key);
  }
  const taken = useBuilder(({ view }) => view.nodes.some((each) => each.key === typed && each.key !== key));
  const wrong = problemWith(typed, taken) ?? (typed === key ? errors[0]?.message : undefined);
  const rename = (): void => {
    if (wrong !== undefined || typed === key) return;
    change((text) => renameNode(text, key, typed), `${key} is called ${typed}`, { nodes: [typed] });
  };
  return (
    <form
      className={css.key}
      onSubmit={(event) => {
        event.preventDefault();
        rename();
      }}
    >
      <Field label="Key" error={wrong} help={`A ${type.replaceAll('_', ' ')}. Expressions read it as nodes.${key}`}>
        {(control) => (
          <div className={css.row}>
            <Input
              {...control}
              className="mono"
              value={typed}
              readOnly={readOnly}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => setTyped(target.value)}
              onBlur={rename}
              onKeyDown={(event) => {
                if (event.key === 'Escape' && typed !== key) {
                  event.stopPropagation();
                  setTyped(key);
                }
                if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') rename();
              }}
            />
            {typed !== key && (
              // Enter and Tab do the same from the keyboard; pressed, it leaves the focus where it is, for it is gone then.
              <Button
                type="submit"
                tabIndex={-1}
                disabled={wrong !== undefined}
                onMouseDown={(event) => event.preventDefault()}
              >
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
