import { useState } from 'react';
import type { Json } from '../../../../core/json.js';
import { Field, TextArea } from '../field.js';
import { errorAt, useForm } from './form-context.js';
import css from './schema-form.module.css';
import { type Path, same } from './values.js';

/** A value as JSON text. What does not parse stays as it was typed, and the value as it was before. */
export function JsonArea({
  path,
  value,
  label,
  required,
}: {
  path: Path;
  value: Json | undefined;
  label: string;
  required: boolean;
}) {
  const { edit, errors, readOnly } = useForm();
  const [typed, setTyped] = useState(() => textOf(value));
  const read = readJson(typed, required);
  // Another value has come from elsewhere: its text takes the place of what was typed.
  const text = read === undefined || same(read.value, value) ? typed : textOf(value);
  const broken = read === undefined ? 'This is no JSON yet; the value before it is kept.' : undefined;
  return (
    <Field label={label} hideLabel error={broken ?? errorAt(errors, path, true)}>
      {(control) => (
        <TextArea
          {...control}
          className={css.json}
          rows={Math.min(16, Math.max(3, text.split('\n').length))}
          spellCheck={false}
          readOnly={readOnly}
          value={text}
          onChange={({ target }) => {
            setTyped(target.value);
            const next = readJson(target.value, required);
            if (next) edit(path, next.value);
          }}
        />
      )}
    </Field>
  );
}

const textOf = (value: Json | undefined): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** Undefined: it is no JSON. No text is no value, where there may be none. */
export function readJson(text: string, required: boolean): { value: Json | undefined } | undefined {
  if (text.trim() === '' && !required) return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (err) {
    if (err instanceof SyntaxError) return undefined;
    throw err;
  }
}
