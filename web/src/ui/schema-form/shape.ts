import { isObject, type Json, type JsonSchema } from '../../../../core/json.js';

/** How a schema is drawn. What has no better form is `any`: a value of a kind that its author picks, or JSON as text. */
export type Shape =
  | { kind: 'text'; look: TextLook }
  | { kind: 'number'; integer: boolean }
  | { kind: 'boolean' }
  | { kind: 'choice'; choices: Choice[] }
  | { kind: 'fixed'; value: Json }
  | { kind: 'object'; fields: FieldShape[]; rest: JsonSchema | undefined }
  | { kind: 'list'; item: (index: number) => JsonSchema }
  | { kind: 'union'; options: Option[] }
  | { kind: 'any' };
export type TextLook = 'line' | 'long' | 'date-time' | 'date' | 'time' | 'email' | 'uri' | 'password';

export interface Choice {
  label: string;
  value: Json;
  help?: string;
}
export interface FieldShape {
  name: string;
  schema: JsonSchema;
  required: boolean;
}
export interface Option {
  label: string;
  schema: JsonSchema;
}

/** References are followed so far; a schema that refers to itself for ever is drawn as JSON. */
const MAX_REFS = 20;
const ANY: Shape = { kind: 'any' };

/** The schema's form. Pure; `root` is where its references lead. Unknown words of JSON Schema are left to the validator. */
export function shapeOf(given: Json | undefined, root: JsonSchema): Shape {
  const schema = resolve(given, root);
  if ('const' in schema) return { kind: 'fixed', value: schema['const']! };
  if (Array.isArray(schema['enum'])) return choiceOf(schema['enum'].map((value) => ({ value, label: nameOf(value) })));
  const options = optionsOf(schema, root);
  if (options) return unionOf(options, root);
  switch (schema['type']) {
    case 'string':
      return { kind: 'text', look: lookOf(schema) };
    case 'number':
    case 'integer':
      return { kind: 'number', integer: schema['type'] === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'null':
      return { kind: 'fixed', value: null };
    case 'array':
      return { kind: 'list', item: itemOf(schema) };
    case 'object':
      return objectOf(schema);
    default:
      return isObject(schema['properties']) ? objectOf(schema) : ANY;
  }
}

/** The schema with its references followed and its `allOf` laid over one another; `{}` for what is none. */
export function resolve(given: Json | undefined, root: JsonSchema): JsonSchema {
  let schema = isObject(given) ? given : {};
  for (let n = 0; typeof schema['$ref'] === 'string'; n++) {
    const { $ref, ...beside } = schema;
    const target = n < MAX_REFS ? targetOf(String($ref), root) : undefined;
    if (!isObject(target)) return beside;
    schema = { ...target, ...beside };
  }
  if (!Array.isArray(schema['allOf'])) return schema;
  const { allOf, ...rest } = schema;
  return (allOf as Json[]).map((part) => resolve(part, root)).reduce(overlay, rest);
}

function targetOf(ref: string, root: JsonSchema): Json | undefined {
  if (!ref.startsWith('#')) return undefined;
  let found: Json | undefined = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) || Array.isArray(found) ? (found as Record<string, Json>)[name] : undefined;
  }
  return found;
}

/** Both at once, as far as a form shows it: properties of both, required by either. */
function overlay(a: JsonSchema, b: JsonSchema): JsonSchema {
  const both = (name: string) => [a[name], b[name]] as const;
  const [pa, pb] = both('properties');
  const [ra, rb] = both('required');
  return {
    ...a,
    ...b,
    ...(isObject(pa) && isObject(pb) ? { properties: { ...pa, ...pb } } : {}),
    ...(Array.isArray(ra) && Array.isArray(rb) ? { required: [...new Set([...ra, ...rb])] } : {}),
  };
}

/** The schemas that a value may fit, each with what stands beside the union. */
function optionsOf(schema: JsonSchema, root: JsonSchema): JsonSchema[] | undefined {
  for (const word of ['oneOf', 'anyOf'] as const) {
    const { [word]: given, ...beside } = schema;
    if (!Array.isArray(given) || given.length === 0) continue;
    const { title: _, description: __, default: ___, ...base } = beside;
    // `anyOf: [{ required: [a] }, { required: [b] }]` says what must be there, not what the value is.
    if (given.every((each) => isObject(each) && Object.keys(each).every((key) => key === 'required'))) return undefined;
    return given.map((each) => overlay(base, resolve(each, root)));
  }
  const { type } = schema;
  return Array.isArray(type) ? type.map((each) => ({ ...withoutTitle(schema), type: each })) : undefined;
}
/** What says how to draw the union, and not each of its options. */
function withoutTitle(schema: JsonSchema): JsonSchema {
  const { title: _, description: __, default: ___, ...rest } = schema;
  return rest;
}

function unionOf(options: JsonSchema[], root: JsonSchema): Shape {
  if (options.length === 1) return shapeOf(options[0], root);
  if (isAnything(options)) return ANY;
  const choices = options.flatMap((option): Choice[] => {
    const label = typeof option['title'] === 'string' ? option['title'] : undefined;
    const help = typeof option['description'] === 'string' ? { help: option['description'] } : {};
    if ('const' in option) return [{ value: option['const']!, label: label ?? nameOf(option['const']!), ...help }];
    if (option['type'] === 'null') return [{ value: null, label: label ?? 'Nothing', ...help }];
    if (Array.isArray(option['enum'])) return option['enum'].map((value) => ({ value, label: nameOf(value) }));
    return [];
  });
  if (options.every((option) => 'const' in option || option['type'] === 'null' || Array.isArray(option['enum'])))
    return choiceOf(choices);
  const named = options.map((schema, index) => ({ schema, label: labelOf(schema, options, index) }));
  return { kind: 'union', options: named };
}

/** As zod writes any JSON: an option for each of its types. */
const isAnything = (options: readonly JsonSchema[]): boolean =>
  ['string', 'number', 'boolean', 'array', 'object'].every((type) => options.some((option) => option['type'] === type));

const choiceOf = (choices: Choice[]): Shape =>
  choices.length === 1 ? { kind: 'fixed', value: choices[0]!.value } : { kind: 'choice', choices };

const TYPES: Record<string, string> = {
  ...{ string: 'Text', number: 'Number', integer: 'Whole number', boolean: 'Yes or no' },
  ...{ null: 'Nothing', array: 'List', object: 'Object' },
};

/** What tells an option from the others: its title, the value of a property that is fixed in all, its type or its properties. */
function labelOf(schema: JsonSchema, all: JsonSchema[], index: number): string {
  if (typeof schema['title'] === 'string') return schema['title'];
  if ('const' in schema) return nameOf(schema['const']!);
  const tag = tagOf(all);
  const value = tag === undefined ? undefined : fixedOf(schema, tag);
  if (value !== undefined) return nameOf(value);
  const { type } = schema;
  if (typeof type === 'string' && all.filter((each) => each['type'] === type).length === 1) return TYPES[type] ?? type;
  const names = Object.keys(isObject(schema['properties']) ? schema['properties'] : {});
  return names.length > 0 ? names.slice(0, 3).join(', ') : `Option ${index + 1}`;
}

/** The property by whose value those options are told apart that are objects, such as `type`. */
export function tagOf(all: readonly JsonSchema[]): string | undefined {
  const options = all.filter((option) => isObject(option['properties']));
  const [first] = options;
  const names = Object.keys(isObject(first?.['properties']) ? first['properties'] : {});
  return names.find((name) => {
    const values = options.map((option) => fixedOf(option, name));
    return values.every((value) => value !== undefined) && new Set(values.map(nameOf)).size === options.length;
  });
}

function fixedOf(schema: JsonSchema, name: string): Json | undefined {
  const property = isObject(schema['properties']) ? schema['properties'][name] : undefined;
  if (!isObject(property)) return undefined;
  if ('const' in property) return property['const'];
  return Array.isArray(property['enum']) && property['enum'].length === 1 ? property['enum'][0] : undefined;
}

/** A value in one word of a list. */
export const nameOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);

const LOOKS = new Set<string>(['date-time', 'date', 'time', 'email', 'uri', 'password', 'textarea']);
/** A text that may be longer than this is written in an area. */
const LONG = 200;

function lookOf(schema: JsonSchema): TextLook {
  const { format, maxLength, minLength } = schema;
  if (typeof format === 'string' && LOOKS.has(format)) return format === 'textarea' ? 'long' : (format as TextLook);
  return Number(maxLength ?? minLength ?? 0) > LONG || 'contentMediaType' in schema ? 'long' : 'line';
}

function itemOf(schema: JsonSchema): (index: number) => JsonSchema {
  const first = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
  const rest = isObject(schema['items']) ? schema['items'] : {};
  return (index) => (isObject(first[index]) ? first[index] : rest);
}

function objectOf(schema: JsonSchema): Shape {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const fields = Object.entries(properties).map(([name, inner]) => ({
    name,
    schema: isObject(inner) ? inner : {},
    required: required.has(name),
  }));
  const { additionalProperties: rest } = schema;
  const open = rest === undefined ? fields.length === 0 || isObject(schema['patternProperties']) : rest !== false;
  return { kind: 'object', fields, rest: open ? (isObject(rest) ? rest : {}) : undefined };
}
