import { useState } from 'react';
import type { Json, JsonSchema } from '../../../../../../core/json.js';
import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { Button, Field } from '../../../../ui/index.js';
import { type FieldError, SchemaForm } from '../../../../ui/schema-form/index.js';
import css from './run.module.css';

/** A run's input: a form where its schema is known, and JSON as text for those who would rather have that. */
export function InputEditor({
  schema,
  value,
  onChange,
  errors,
}: {
  schema: JsonSchema | null;
  value: Json;
  onChange: (value: Json) => void;
  errors: readonly FieldError[];
}) {
  const [asText, setAsText] = useState(false);
  const raw = asText || schema === null;
  return (
    <section className={css.input} aria-label="Input">
      <header className={css.head}>
        <h3>Input</h3>
        {schema !== null && (
          <Button look="quiet" aria-pressed={asText} onClick={() => setAsText(!asText)}>
            {asText ? 'As a form' : 'As JSON'}
          </Button>
        )}
      </header>
      {raw ? (
        <JsonInput value={value} onChange={onChange} errors={errors} />
      ) : (
        <SchemaForm
          label="Input"
          schema={schema}
          value={value}
          errors={errors}
          onChange={(next) => onChange(next ?? {})}
        />
      )}
    </section>
  );
}

function JsonInput({
  value,
  onChange,
  errors,
}: {
  value: Json;
  onChange: (value: Json) => void;
  errors: readonly FieldError[];
}) {
  const [typed, setTyped] = useState(() => JSON.stringify(value, null, 2));
  const read = readJson(typed);
  const shown =
    read === undefined || JSON.stringify(read.value) === JSON.stringify(value) ? typed : JSON.stringify(value, null, 2);
  const told = errors.map(({ pointer, message }) => `${pointer || 'The input'}: ${message}`).join(' ');
  return (
    <Field label="Input as JSON" hideLabel error={read === undefined ? 'This is no JSON yet.' : told || undefined}>
      {({ id, ...control }) => (
        <CodeEditor
          {...{ id, value: shown, language: 'json', label: 'Input as JSON', minHeight: 120 }}
          {...{ 'aria-describedby': control['aria-describedby'], 'aria-invalid': control['aria-invalid'] }}
          onChange={(text) => {
            setTyped(text);
            const next = readJson(text);
            if (next) onChange(next.value);
          }}
        />
      )}
    </Field>
  );
}

function readJson(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (err) {
    if (err instanceof SyntaxError) return undefined;
    throw err;
  }
}
