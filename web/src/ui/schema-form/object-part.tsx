import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { isObject, type JsonSchema } from '../../../../core/json.js';
import { Button } from '../button.js';
import { Input } from '../field.js';
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
export function ObjectPart({ path, schema, label, required, value, fields, rest, end, hideLabel = false }: Props) {
  const { root, errors, edit, readOnly } = useForm();
  const absent = value === undefined && !required && path.length > 0;
  const error = errorAt(errors, path, absent);
  const frame = { label, required, help: helpOf(schema), error, bare: hideLabel };
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
  const isOpen = (field: FieldShape): boolean => {
    const shape = shapeOf(field.schema, root);
    return shape.kind !== 'fixed' || !same(shape.value, holder[field.name]);
  };
  const extra = Object.keys(holder).filter((name) => !fields.some((field) => field.name === name));
  return (
    <Group {...frame} end={end ?? (remove || undefined)}>
      {fields.filter(isOpen).map((field) => (
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
          value={holder[name]}
          end={!readOnly && <Remove label={name} onRemove={() => edit([...path, name], undefined)} />}
        />
      ))}
      {rest && !readOnly && (
        <AddEntry
          taken={[...Object.keys(holder), ...fields.map(({ name }) => name)]}
          onAdd={(name) => edit([...path, name], shapeOf(rest, root).kind === 'any' ? '' : blankOf(rest, root))}
        />
      )}
    </Group>
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
