import type { JsonSchema } from '../../../../../../core/json.js';
import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { Button, Field } from '../../../../ui/index.js';
import { type FieldError, SchemaForm } from '../../../../ui/schema-form/index.js';
import css from './run.module.css';
import { asText, inForm, ofText, textOf, type Typed } from './typed.js';

interface InputProps {
  typed: Typed;
  onType: (typed: Typed) => void;
  errors: readonly FieldError[];
}

/** A run's input: a form where its schema is known, and JSON as text for those who would rather have that. */
export function InputEditor({ schema, typed, onType, errors }: InputProps & { schema: JsonSchema | null }) {
  const { value, text } = typed;
  return (
    <section className={css.input} aria-label="Input">
      <header className={css.head}>
        <h3>Input</h3>
        {schema !== null && (
          <Button
            look="quiet"
            aria-pressed={text !== undefined}
            disabled={value === undefined}
            title={value === undefined ? 'The text is no JSON yet, and a form could not keep it' : undefined}
            onClick={() => value !== undefined && onType(text === undefined ? asText(value) : inForm(value))}
          >
            {text === undefined ? 'As JSON' : 'As a form'}
          </Button>
        )}
      </header>
      {text !== undefined || schema === null ? (
        <JsonInput {...{ typed, onType, errors }} />
      ) : (
        <SchemaForm
          label="Input"
          schema={schema}
          value={value}
          errors={errors}
          onChange={(next) => onType(inForm(next ?? {}))}
        />
      )}
    </section>
  );
}

function JsonInput({ typed: { value, text }, onType, errors }: InputProps) {
  const told = errors.map(({ pointer, message }) => `${pointer || 'The input'}: ${message}`).join(' ');
  return (
    <Field label="Input as JSON" hideLabel error={value === undefined ? 'This is no JSON yet.' : told || undefined}>
      {({ id, ...control }) => (
        <CodeEditor
          {...{ id, value: text ?? textOf(value), language: 'json', label: 'Input as JSON', minHeight: 120 }}
          {...{ 'aria-describedby': control['aria-describedby'], 'aria-invalid': control['aria-invalid'] }}
          onChange={(next) => onType(ofText(next))}
        />
      )}
    </Field>
  );
}
