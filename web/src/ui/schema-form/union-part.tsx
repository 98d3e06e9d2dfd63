import { useState } from 'react';
import type { Json } from '../../../../core/json.js';
import { Field, Select } from '../field.js';
import { chosen, switched } from './choose.js';
import { errorAt, useForm } from './form-context.js';
import { Part } from './part.js';
import { helpOf, type PartProps } from './part-props.js';
import css from './schema-form.module.css';
import { type Option, shapeOf } from './shape.js';

/** One of several: which, and then its form. */
export function UnionPart(props: PartProps & { options: Option[] }) {
  const { path, schema, label, required, value, options, end } = props;
  const { root, errors, edit, readOnly } = useForm();
  const [picked, setPicked] = useState<{ index: number; value: Json }>();
  // What was picked holds as long as the value could be either: an empty object is of every object's option.
  const index = picked !== undefined && picked.value === value ? picked.index : chosen(options, value, root);
  const option = options[index];
  const unknown = value !== undefined && !option;
  const pick = (at: number): void => {
    const next = switched(value, options[at]!.schema, root);
    setPicked({ index: at, value: next });
    edit(path, next);
  };
  return (
    <div className={css.union}>
      <Field
        {...{
          label,
          end,
          required: required && !props.unmarked,
          help: helpOf(schema),
          hideLabel: props.hideLabel ?? false,
        }}
        error={option ? undefined : errorAt(errors, path, true)}
      >
        {(control) => (
          <Select
            {...control}
            disabled={readOnly}
            value={unknown ? 'unknown' : index}
            onChange={({ target }) => (target.value === '-1' ? edit(path, undefined) : pick(Number(target.value)))}
          >
            {(!required || index === -1) && <option value={-1}>{required ? 'Choose…' : 'Not set'}</option>}
            {unknown && <option value="unknown">Something else</option>}
            {options.map((each, at) => (
              <option key={each.label} value={at}>
                {each.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {option && shapeOf(option.schema, root).kind !== 'fixed' && (
        <Part
          {...{ path, value }}
          schema={{ ...option.schema, description: '' }}
          label={`${label}: ${option.label}`}
          required
          hideLabel
        />
      )}
    </div>
  );
}
