import { ArrowDown, ArrowUp, Plus } from 'lucide-react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { Button } from '../button.js';
import { blankOf } from './choose.js';
import { errorAt, useForm } from './form-context.js';
import { Group } from './group.js';
import { Remove } from './object-part.js';
import { Part } from './part.js';
import { helpOf, type PartProps, titleOf } from './part-props.js';
import css from './schema-form.module.css';
import { resolve } from './shape.js';

/** A list: its items are added at the end, moved up and down, and removed. */
export function ListPart({
  path,
  schema,
  label,
  required,
  value,
  item,
  end,
  hideLabel,
  unmarked,
}: PartProps & { item: (index: number) => JsonSchema }) {
  const { root, errors, edit, readOnly } = useForm();
  const list = Array.isArray(value) ? value : [];
  /** A list that isn't required and has lost its last item is none. */
  const put = (next: Json[]): void => edit(path, next.length === 0 && !required ? undefined : next);
  const add = (
    <Button
      look="quiet"
      icon={<Plus />}
      aria-label={`Add to ${label}`}
      onClick={() => put([...list, blankOf(item(list.length), root)])}
    >
      Add
    </Button>
  );
  return (
    <Group
      {...{
        label,
        required: required && !unmarked,
        help: helpOf(schema),
        error: errorAt(errors, path),
        bare: hideLabel ?? false,
      }}
      end={
        <span className={css.ends}>
          {!readOnly && add}
          {end}
        </span>
      }
    >
      {list.map((each, index) => {
        const name = `${titleOf(resolve(item(index), root), label)} ${index + 1}`;
        const tools = readOnly ? undefined : <ItemTools name={name} index={index} list={list} put={put} />;
        // Items have no name of their own: their place is what they are known by.
        return (
          <Part
            key={index}
            path={[...path, index]}
            schema={item(index)}
            label={name}
            required
            unmarked
            value={each}
            end={tools}
          />
        );
      })}
    </Group>
  );
}

function ItemTools({
  name,
  index,
  list,
  put,
}: {
  name: string;
  index: number;
  list: Json[];
  put: (next: Json[]) => void;
}) {
  const move = (by: number): void => {
    const next = [...list];
    next.splice(index + by, 0, ...next.splice(index, 1));
    put(next);
  };
  const small = { look: 'quiet', className: css.small } as const;
  return (
    <span className={css.ends}>
      <Button
        {...small}
        icon={<ArrowUp />}
        aria-label={`Move ${name} up`}
        disabled={index === 0}
        onClick={() => move(-1)}
      />
      <Button
        {...small}
        icon={<ArrowDown />}
        aria-label={`Move ${name} down`}
        disabled={index === list.length - 1}
        onClick={() => move(1)}
      />
      <Remove label={name} onRemove={() => put(list.toSpliced(index, 1))} />
    </span>
  );
}
