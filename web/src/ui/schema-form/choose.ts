import { isObject, type Json, type JsonSchema } from '../../../../core/json.js';
import { type Option, resolve, shapeOf, tagOf } from './shape.js';
import { same, typeOf } from './values.js';

/** Which of a union's options a value is of: by the property that tells them apart, else by its type, else by its properties. -1: none. */
export function chosen(options: readonly Option[], value: Json | undefined, root: JsonSchema): number {
  if (value === undefined) return -1;
  const tag = tagOf(options.map(({ schema }) => schema));
  if (tag !== undefined && isObject(value)) {
    const index = options.findIndex(({ schema }) => {
      const shape = shapeOf(isObject(schema['properties']) ? schema['properties'][tag] : undefined, root);
      return shape.kind === 'fixed' && same(shape.value, value[tag]);
    });
    if (index !== -1) return index;
  }
  const scores = options.map(({ schema }) => fit(resolve(schema, root), value, root));
  const best = Math.max(...scores);
  return best < 0 ? -1 : scores.indexOf(best);
}

/** How well a value fits: below 0, not at all. */
function fit(schema: JsonSchema, value: Json, root: JsonSchema): number {
  const shape = shapeOf(schema, root);
  const type = typeOf(value);
  switch (shape.kind) {
    case 'any':
      return 0;
    case 'fixed':
      return same(shape.value, value) ? 100 : -1;
    case 'choice':
      return shape.choices.some((choice) => same(choice.value, value)) ? 100 : -1;
    case 'text':
      return type === 'string' ? 1 : -1;
    case 'number':
      return type === 'number' && (!shape.integer || Number.isInteger(value)) ? 1 : -1;
    case 'boolean':
      return type === 'boolean' ? 1 : -1;
    case 'list':
      return type === 'array' ? 1 : -1;
    case 'union':
      return Math.max(...shape.options.map((option) => fit(option.schema, value, root)));
    case 'object':
      if (!isObject(value)) return -1;
      return shape.fields.reduce(
        (sum, { name, required }) => sum + (Object.hasOwn(value, name) ? 2 : required ? -1 : 0),
        shape.fields.length + 1,
      );
  }
}

/** What stands there when it is added: its default, what is fixed, what it requires; otherwise as empty as its type can be. */
export function blankOf(given: Json | undefined, root: JsonSchema, depth = 0): Json {
  const schema = resolve(given, root);
  if (schema['default'] !== undefined) return schema['default'];
  const shape = shapeOf(schema, root);
  switch (shape.kind) {
    case 'fixed':
      return shape.value;
    case 'choice':
      return shape.choices[0]!.value;
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
    case 'boolean':
      return false;
    case 'list':
      return [];
    case 'union':
      return depth > MAX_DEPTH ? null : blankOf(shape.options[0]!.schema, root, depth + 1);
    case 'object':
      if (depth > MAX_DEPTH) return {};
      return Object.fromEntries(
        shape.fields
          .filter(({ required }) => required)
          .map((field) => [field.name, blankOf(field.schema, root, depth + 1)]),
      );
    default:
      return '';
  }
}
const MAX_DEPTH = 8;

/** The option's blank, with those properties kept that it has, too. */
export function switched(value: Json | undefined, to: JsonSchema, root: JsonSchema): Json {
  const blank = blankOf(to, root);
  const shape = shapeOf(to, root);
  if (!isObject(value) || !isObject(blank) || shape.kind !== 'object') return blank;
  const kept = shape.fields.filter(
    ({ name, schema }) => Object.hasOwn(value, name) && shapeOf(schema, root).kind !== 'fixed',
  );
  return { ...blank, ...Object.fromEntries(kept.map(({ name }) => [name, value[name]!])) };
}
