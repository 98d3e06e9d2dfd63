import { type ReactNode, useMemo } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { type Form, FormContext, type TextControl } from './form-context.js';
import { Part } from './part.js';
import { shapeOf } from './shape.js';
import type { FieldError } from './validate.js';
import { type Path, setAt } from './values.js';

/** The smallest change that was made: what now stands there; undefined: nothing. */
export interface Edit {
  path: Path;
  value: Json | undefined;
}
export interface SchemaFormProps {
  schema: JsonSchema;
  value: Json | undefined;
  /** The whole value, and what of it has changed: whoever keeps comments and order needs only that. */
  onChange: (value: Json | undefined, edit: Edit) => void;
  /** Each is shown at the field that it names. */
  errors?: readonly FieldError[];
  /** Names the form for those who listen. */
  label: string;
  readOnly?: boolean;
  /** So many fields of an object are always drawn; of those after them, only what is set, needed or asked for. All, unless it is said. */
  first?: number;
  /** Draws a text's control instead. */
  renderText?: (control: TextControl) => ReactNode;
}

const NONE: readonly FieldError[] = [];

/**
 * A form of a JSON Schema (draft 2020-12). Drawn here and not by a library: @rjsf writes defaults into the value, reports it only as a
 * whole, so that a spec's comments would be lost, and weighs seven times as much (109 KB gzip).
 */
export function SchemaForm({
  schema,
  value,
  onChange,
  errors = NONE,
  label,
  readOnly = false,
  first = Number.POSITIVE_INFINITY,
  renderText,
}: SchemaFormProps) {
  const form = useMemo(
    (): Form => ({
      ...{ root: schema, errors, readOnly, first, renderText },
      edit: (path, next) => onChange(setAt(value, path, next), { path, value: next }),
    }),
    [schema, value, onChange, errors, readOnly, first, renderText],
  );
  /** Of an object, each field has its name; anything else is called by the form's. */
  const isObjects = shapeOf(schema, schema).kind === 'object';
  return (
    <FormContext value={form}>
      <Part path={[]} schema={schema} label={label} required unmarked value={value} hideLabel={isObjects} />
    </FormContext>
  );
}
