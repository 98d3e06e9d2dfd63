import { useState } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { Select } from '../field.js';
import { errorAt, useForm } from './form-context.js';
import { Group } from './group.js';
import { JsonArea } from './json-area.js';
import { Part } from './part.js';
import { helpOf, type PartProps } from './part-props.js';
import css from './schema-form.module.css';
import { type JsonType, typeOf } from './values.js';

const KINDS: { type: JsonType; label: string; schema: JsonSchema; blank: Json }[] = [
  { type: 'string', label: 'Text', schema: { type: 'string' }, blank: '' },
  { type: 'number', label: 'Number', schema: { type: 'number' }, blank: 0 },
  { type: 'boolean', label: 'Yes or no', schema: { type: 'boolean' }, blank: false },
  { type: 'object', label: 'Fields', schema: { type: 'object' }, blank: {} },
  { type: 'array', label: 'List', schema: { type: 'array', items: {} }, blank: [] },
  { type: 'null', label: 'Nothing (null)', schema: {}, blank: null },
];
/** Below, parts inside parts are harder to read than JSON. */
const MAX_NESTED = 4;

/** A value that may be anything: of a kind that is picked here, or JSON as text. */
export function AnyPart(props: PartProps) {
  const { path, schema, label, required, value, end } = props;
  const { edit, errors, readOnly } = useForm();
  const [asText, setAsText] = useState(path.length > MAX_NESTED);
  const type = value === undefined ? undefined : typeOf(value);
  const kind = KINDS.find((each) => each.type === type);
  /** What is drawn in parts has it at its parts. */
  const error = asText || (kind && type !== 'null') ? undefined : errorAt(errors, path, true);
  const pick = (to: string): void => {
    setAsText(to === 'json');
    if (to === '') edit(path, undefined);
    else if (to !== 'json' && to !== type) edit(path, converted(value, KINDS.find((each) => each.type === to)!));
  };
  const kinds = (
    <Select
      aria-label={`Kind of ${label}`}
      disabled={readOnly}
      className={css.kind}
      value={asText ? 'json' : (type ?? '')}
      onChange={({ target }) => pick(target.value)}
    >
      {(!required || type === undefined) && <option value="">Not set</option>}
      {KINDS.map((each) => (
        <option key={each.type} value={each.type}>
          {each.label}
        </option>
      ))}
      <option value="json">As JSON</option>
    </Select>
  );
  return (
    <Group
      {...{
        label,
        error,
        required: required && !props.unmarked,
        help: helpOf(schema),
        plain: type !== 'object' && type !== 'array',
      }}
      end={
        <span className={css.ends}>
          {kinds}
          {end}
        </span>
      }
    >
      {asText ? (
        <JsonArea {...{ path, value, required }} label={`${label} as JSON`} />
      ) : (
        kind &&
        type !== 'null' && <Part {...{ path, value }} schema={kind.schema} label={label} required unmarked hideLabel />
      )}
    </Group>
  );
}

/** What can be kept of a value that becomes another kind. Exported for the tests. */
export function converted(value: Json | undefined, { type, blank }: { type: JsonType; blank: Json }): Json {
  if (value === undefined || value === null) return blank;
  if (type === 'array') return [value];
  if (type === 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (type === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (type === 'boolean' && typeof value === 'string') return value === 'true';
  return blank;
}
