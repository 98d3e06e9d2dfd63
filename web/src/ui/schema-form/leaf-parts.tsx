import { useState } from 'react';
import type { Json } from '../../../../core/json.js';
import { Field, Input, Select, TextArea } from '../field.js';
import { errorAt, useForm } from './form-context.js';
import { helpOf, type PartProps } from './part-props.js';
import { type Choice, nameOf, type TextLook } from './shape.js';
import { same } from './values.js';

const INPUT_TYPES: Record<TextLook, string> = {
  ...{ line: 'text', long: 'text', email: 'email', uri: 'url', password: 'password' },
  // Times are written as RFC 3339, as the schema has them: a picker of the browser's knows no zone.
  ...{ 'date-time': 'text', date: 'date', time: 'text' },
};
const EXAMPLES: Partial<Record<TextLook, string>> = { 'date-time': '2026-01-31T12:00:00Z', time: '12:00:00Z' };

function useFieldProps({ path, schema, label, required, unmarked, value, end, hideLabel }: PartProps) {
  const { errors } = useForm();
  // An empty control says its default itself.
  const help = helpOf(value === undefined ? { ...schema, default: '' } : schema);
  return {
    ...{ label, required: required && !unmarked, end, hideLabel: hideLabel ?? false, help },
    error: errorAt(errors, path, true),
  };
}

const placeholderOf = ({ default: preset }: PartProps['schema']): string | undefined =>
  preset === undefined || preset === '' ? undefined : `Default: ${nameOf(preset)}`;

/** Of a text that isn't required, an empty one is none. */
export function TextPart(props: PartProps & { look: TextLook }) {
  const { path, schema, label, required, value, look } = props;
  const { edit, readOnly, renderText } = useForm();
  const text = value === undefined ? '' : nameOf(value);
  const change = (next: string): void => edit(path, next === '' && !required ? undefined : next);
  const placeholder = placeholderOf(schema) ?? EXAMPLES[look];
  const long = look === 'long' || text.includes('\n');
  return (
    <Field {...useFieldProps(props)}>
      {(control) => {
        if (renderText && look !== 'password')
          return renderText({
            path,
            schema,
            value: text,
            onChange: change,
            required,
            long,
            label,
            placeholder,
            props: control,
          });
        const common = { ...control, value: text, placeholder, readOnly };
        return long ? (
          <TextArea {...common} rows={5} onChange={(event) => change(event.target.value)} />
        ) : (
          <Input
            {...common}
            type={INPUT_TYPES[look]}
            autoComplete={look === 'password' ? 'new-password' : 'off'}
            onChange={(event) => change(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

/** What is typed and is no number stays as text, so that it can be seen and mended. */
export function NumberPart(props: PartProps) {
  const { path, schema, value } = props;
  const { edit, readOnly } = useForm();
  return (
    <Field {...useFieldProps(props)}>
      {(control) => (
        <NumberInput
          {...control}
          value={value}
          readOnly={readOnly}
          placeholder={placeholderOf(schema)}
          onChange={(next) => edit(path, next)}
        />
      )}
    </Field>
  );
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** A number as typed: `1.` and `-` are on their way to one. Exported for the tests. */
export const numberOf = (text: string): Json | undefined => {
  const typed = text.trim();
  if (typed === '') return undefined;
  return NUMBER.test(typed) ? Number(typed) : typed;
};

type NumberProps = Omit<React.ComponentProps<'input'>, 'value' | 'onChange'> & {
  value: Json | undefined;
  onChange: (next: Json | undefined) => void;
};
function NumberInput({ value, onChange, ...rest }: NumberProps) {
  return <Input {...rest} className="num" inputMode="decimal" autoComplete="off" {...useTyped(value, onChange)} />;
}

/** What is typed stands as it is, also `1.0`, until another value comes from elsewhere. */
function useTyped(value: Json | undefined, onChange: (next: Json | undefined) => void) {
  const [typed, setTyped] = useState('');
  return {
    value: same(numberOf(typed), value) ? typed : value === undefined ? '' : nameOf(value),
    onChange({ target }: { target: { value: string } }) {
      setTyped(target.value);
      onChange(numberOf(target.value));
    },
  };
}

/** Yes or no; one that isn't required may also be left open. */
export function YesNoPart(props: PartProps) {
  const choices = [
    { label: 'Yes', value: true },
    { label: 'No', value: false },
  ];
  return <ChoicePart {...props} choices={choices} />;
}

const OPEN = '';
export function ChoicePart(props: PartProps & { choices: Choice[] }) {
  const { path, schema, required, value, choices } = props;
  const { edit, readOnly } = useForm();
  const index = choices.findIndex((choice) => same(choice.value, value));
  const unknown = value !== undefined && index === -1;
  const preset = choices.find((choice) => same(choice.value, schema['default']));
  const { help, ...field } = useFieldProps(props);
  return (
    <Field {...field} help={choices[index]?.help ?? (preset ? helpOf({ ...schema, default: '' }) : help)}>
      {(control) => (
        <Select
          {...control}
          disabled={readOnly}
          value={unknown ? 'unknown' : index === -1 ? OPEN : String(index)}
          onChange={({ target }) =>
            edit(path, target.value === OPEN ? undefined : choices[Number(target.value)]?.value)
          }
        >
          {(index === -1 || !required) && (
            <option value={OPEN}>{preset ? `Default (${preset.label})` : required ? 'Choose…' : 'Not set'}</option>
          )}
          {unknown && <option value="unknown">{nameOf(value)} (not allowed)</option>}
          {choices.map((choice, at) => (
            <option key={nameOf(choice.value)} value={at}>
              {choice.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** A value that can only be one thing: it is said, and put in when it is missing and needed. */
export function FixedPart(props: PartProps & { fixed: Json }) {
  return <ChoicePart {...props} choices={[{ label: nameOf(props.fixed), value: props.fixed }]} />;
}
