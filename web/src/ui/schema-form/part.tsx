import { resolve, type Shape, shapeOf } from './shape.js';
import { AnyPart } from './any-part.js';
import { ChoicePart, FixedPart, NumberPart, TextPart, YesNoPart } from './leaf-parts.js';
import { ListPart } from './list-part.js';
import { ObjectPart } from './object-part.js';
import { UnionPart } from './union-part.js';
import type { PartProps } from './part-props.js';
import { useForm } from './form-context.js';

/** So deep the form goes in parts; below, it is JSON as text. Beyond that nobody can follow frames inside frames. */
const MAX_DEPTH = 12;

/** One value of a form, by its schema. */
export function Part(props: Omit<PartProps, 'schema'> & { schema: unknown }) {
  const { root } = useForm();
  const schema = resolve(props.schema as PartProps['schema'], root);
  const shape: Shape = props.path.length > MAX_DEPTH ? { kind: 'any' } : shapeOf(schema, root);
  const given = { ...props, schema };
  switch (shape.kind) {
    case 'text':
      return <TextPart {...given} look={shape.look} />;
    case 'number':
      return <NumberPart {...given} />;
    case 'boolean':
      return <YesNoPart {...given} />;
    case 'choice':
      return <ChoicePart {...given} choices={shape.choices} />;
    case 'fixed':
      return <FixedPart {...given} fixed={shape.value} />;
    case 'object':
      return <ObjectPart {...given} fields={shape.fields} rest={shape.rest} />;
    case 'list':
      return <ListPart {...given} item={shape.item} />;
    case 'union':
      return <UnionPart {...given} options={shape.options} />;
    case 'any':
      return <AnyPart {...given} />;
  }
}
