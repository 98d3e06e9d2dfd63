import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { isObject, type JsonSchema } from '../../../../core/json.js';
import { Button } from '../button.js';
import { Input, Select } from '../field.js';
import { blankOf } from './choose.js';
import { errorAt, useForm } from './form-context.js';
import { Group } from './group.js';
import { Part } from './part.js';
import { helpOf, type PartProps, titleOf } from './part-props.js';
import css from './schema-form.module.css';
import { type FieldShape, resolve, shapeOf } from './shape.js';
import { same } from './values.js';

type Props = PartProps & { fields: FieldShape[]; rest: JsonSchema | undefined };

/** Named fields, and those of the value that the schema does not name. One that isn't required is drawn when it is there. */
export function ObjectPart({
  path,
  schema,
  label,
  required,
  value,
  fields,
  rest,
  end,
  hideLabel = false,
  unmarked = false,
}: Props) {
  const { root, errors, edit, readOnly, first } = useForm();
  const [asked, setAsked] = useState<readonly string[]>([]);
  const absent = value === undefined && !required && path.length > 0;
  const error = errorAt(errors, path, absent);
  const frame = { label, required: required && !unmarked, help: helpOf(schema), error, bare: hideLabel };
  if (absent)
    return (
      <Group {...frame} end={!readOnly && <AddOne label={label} onAdd={() => edit(path, blankOf(schema, root))} />}>
        {null}
      </Group>
    );
  const remove = !required && path.length > 0 && end === undefined && !readOnly && (
    <Remove label={label} onRemove={() => edit(path, undefined)} />
  );
  const holder = isObject(value) ? value : {};
  /** What can only be one thing and is that needs no control: the option of a union says it. */
  const open = fields.filter((field) => {
    const shape = shapeOf(field.schema, root);
    return shape.kind !== 'fixed' || !same(shape.value, holder[field.name]);
  });
  const folded = open.filter(
    ({ name, required: needed }, index) =>
      index >= first &&
      !needed &&
      !Object.hasOwn(holder, name) &&
      !asked.includes(name) &&
      errorAt(errors, [...path, name], true) === undefined,
  );
  const ask = (field: FieldShape): void => {
    const { kind } = shapeOf(field.schema, root);
    if (kind === 'object' || kind === 'list') edit([...path, field.name], blankOf(field.schema, root));
    setAsked([...asked, field.name]);
  };
  const extra = Object.keys(holder).filter((name) => !fields.some((field) => field.name === name));
  return (
    <Group {...frame} end={end ?? (remove || undefined)}>
      {open
        .filter((field) => !folded.includes(field))
        .map((field) => (
          <Part
            key={field.name}
            path={[...path, field.name]}
            schema={field.schema}
            label={titleOf(resolve(field.schema, root), field.name)}
            required={field.required}
            value={Object.hasOwn(holder, field.name) ? holder[field.name] : undefined}
          />
        ))}
      {extra.map((name) => (
        <Part
          key={name}
          path={[...path, name]}
          schema={rest ?? {}}
          label={name}
          required
          unmarked
          value={holder[name]}
          end={!readOnly && <Remove label={name} onRemove={() => edit([...path, name], undefined)} />}
        />
      ))}
      {folded.length > 0 && !readOnly && <AskFor label={label} fields={folded} onAsk={ask} />}
      {rest && !readOnly && (
        <AddEntry
          taken={[...Object.keys(holder), ...fields.map(({ name }) => name)]}
          onAdd={(name) => edit([...path, name], shapeOf(rest, root).kind === 'any' ? '' : blankOf(rest, root))}
        />
      )}
    </Group>
  );
}

/** Fields that are seldom needed, by name. */
function AskFor({ label, fields, onAsk }: { label: string; fields: FieldShape[]; onAsk: (field: FieldShape) => void }) {
  const { root } = useForm();
  return (
    <Select
      className={css.ask}
      aria-label={`Add a field to ${label}`}
      value=""
      onChange={({ target }) => {
        const field = fields.find(({ name }) => name === target.value);
        if (field) onAsk(field);
      }}
    >
      <option value="">+ Add a field</option>
      {fields.map(({ name, schema }) => (
        <option key={name} value={name}>
          {titleOf(resolve(schema, root), name)}
        </option>
      ))}
    </Select>
  );
}

export const AddOne = ({ label, onAdd }: { label: string; onAdd: () => void }) => (
  <Button look="quiet" icon={<Plus />} onClick={onAdd} aria-label={`Add ${label}`}>
    Add
  </Button>
);
export const Remove = ({ label, onRemove }: { label: string; onRemove: () => void }) => (
  <Button
    look="quiet"
    icon={<X />}
    aria-label={`Remove ${label}`}
    title="Remove"
    className={css.small}
    onClick={onRemove}
  />
);

/** A name of one's own for one more entry. */
function AddEntry({ taken, onAdd }: { taken: string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  const free = name.trim() !== '' && !taken.includes(name.trim());
  const add = (): void => {
    if (!free) return;
    onAdd(name.trim());
    setName('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // it adds, and does not send the form
    add();
  };
  return (
    <div className={css.add}>
      <Input
        aria-label="Name of a new field"
        placeholder="New field"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button icon={<Plus />} disabled={!free} onClick={add}>
        Add
      </Button>
    </div>
  );
}
