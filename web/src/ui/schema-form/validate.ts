import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { isObject, type Json, type JsonSchema } from '../../../../core/json.js';
import { chosen } from './choose.js';
import { nameOf, resolve, shapeOf } from './shape.js';
import { getAt, pointerOf } from './values.js';

export interface FieldError {
  /** RFC 6901, into the value; a property that is missing is named, too. */
  pointer: string;
  message: string;
}

/**
 * What is wrong with a value, each thing once and at its own place. Of a union only the option counts that the value is of. No code is
 * generated: the page's policy forbids it. Like the API, it lets defaults stand for what is missing.
 */
export function validate(schema: JsonSchema, value: Json | undefined): FieldError[] {
  const start = value ?? (shapeOf(schema, schema).kind === 'object' ? {} : undefined);
  if (start === undefined) return [{ pointer: '', message: REQUIRED }];
  const given = filled(schema, start, schema);
  try {
    const { valid, errors } = new Validator(schema, '2020-12', false).validate(given);
    return valid ? [] : told(schema, given, errors);
  } catch (err) {
    return [{ pointer: '', message: `the schema can’t be used: ${err instanceof Error ? err.message : String(err)}` }];
  }
}

const REQUIRED = 'This is required.';
/** Say only that something inside is wrong. */
const FRAMES = new Set([
  ...['properties', 'items', 'prefixItems', '$ref', '$dynamicRef', 'allOf', 'patternProperties', 'if', 'then', 'else'],
  ...['additionalProperties', 'unevaluatedProperties', 'additionalItems', 'unevaluatedItems', 'dependentSchemas'],
]);
const UNIONS = new Set(['anyOf', 'oneOf']);

function told(root: JsonSchema, value: Json, errors: OutputUnit[]): FieldError[] {
  const unions = errors.filter(({ keyword }) => UNIONS.has(keyword));
  const dropped = new Set<OutputUnit>();
  const silent = new Set<OutputUnit>();
  for (const union of unions) {
    const branches = errors.filter((error) => error !== union && isInside(error, union));
    const options = optionsAt(root, union);
    const index = chosen(options, getAt(value, stepsOf(union.instanceLocation)), root);
    const mine = `${union.keywordLocation}/${index}/`;
    for (const error of branches) if (!error.keywordLocation.startsWith(mine)) dropped.add(error);
    if (branches.some((error) => !dropped.has(error) && !FRAMES.has(error.keyword))) silent.add(union);
  }
  const found = errors.filter((error) => !dropped.has(error) && !silent.has(error) && !FRAMES.has(error.keyword));
  const unique = new Map(
    found.map((error) => {
      const said = say(error);
      return [`${said.pointer} ${said.message}`, said] as const;
    }),
  );
  return [...unique.values()];
}

const isInside = (error: OutputUnit, union: OutputUnit): boolean =>
  error.keywordLocation.startsWith(`${union.keywordLocation}/`) &&
  (error.instanceLocation === union.instanceLocation ||
    error.instanceLocation.startsWith(`${union.instanceLocation}/`));

/** The union's options, found by walking its keyword's location through the schema. */
function optionsAt(root: JsonSchema, { keywordLocation, keyword }: OutputUnit) {
  let schema: Json | undefined = root;
  for (const step of stepsOf(keywordLocation).slice(0, -1)) {
    const holder: Json | undefined =
      isObject(schema) && '$ref' in schema && step !== '$ref' ? resolve(schema, root) : schema;
    schema = step === '$ref' ? resolve(holder, root) : getAt(holder, [step]);
  }
  const given = isObject(schema) ? schema[keyword] : undefined;
  return (Array.isArray(given) ? given : []).map((each) => ({ label: '', schema: resolve(each, root) }));
}

const stepsOf = (location: string): string[] =>
  location
    .replace(/^#/, '')
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));

const TYPE_WORDS: Record<string, string> = {
  ...{ string: 'text', number: 'a number', integer: 'a whole number', boolean: 'true or false' },
  ...{ null: 'null', array: 'a list', object: 'an object' },
};

/** The validator's sentence in the words of the form. */
function say({ keyword, instanceLocation, error }: OutputUnit): FieldError {
  const path = stepsOf(instanceLocation);
  const numbers = error.match(/-?\d+(?:\.\d+)?/g) ?? [];
  const last = numbers.at(-1) ?? '';
  const at = (message: string): FieldError => ({ pointer: pointerOf(path), message });
  switch (keyword) {
    case 'required':
      return { pointer: pointerOf([...path, /"(.*)"\.$/.exec(error)?.[1] ?? '']), message: REQUIRED };
    case 'type': {
      const wanted = [...error.slice(error.indexOf('Expected')).matchAll(/"(\w+)"/g)].map(([, type]) => type!);
      return at(`This must be ${wanted.map((type) => TYPE_WORDS[type] ?? type).join(' or ')}.`);
    }
    case 'enum':
    case 'const':
      return at(`This must be ${error.replace(/^Instance does not match (?:any of )?/, '').replace(/\.$/, '')}.`);
    case 'minLength':
      return at(last === '1' ? 'This can’t be empty.' : `This needs at least ${last} characters.`);
    case 'maxLength':
      return at(`This can have at most ${last} characters.`);
    case 'minItems':
      return at(`This needs at least ${last} ${last === '1' ? 'item' : 'items'}.`);
    case 'maxItems':
      return at(`This can have at most ${last} ${last === '1' ? 'item' : 'items'}.`);
    case 'minimum':
      return at(`This must be at least ${last}.`);
    case 'maximum':
      return at(`This must be at most ${last}.`);
    case 'format':
      return at(`This is no ${FORMATS[/"(.*)"/.exec(error)?.[1] ?? ''] ?? /"(.*)"/.exec(error)?.[1] ?? 'such text'}.`);
    case 'pattern':
      return at('This does not have the form that is asked for.');
    case 'anyOf':
    case 'oneOf':
      return at(
        /\((?!0)\d+ matches\)/.test(error) ? 'This fits more than one of the options.' : 'Choose one of the options.',
      );
    case 'false':
      return at(`There is no field ${nameOf(path.at(-1))}.`);
    default:
      return at(error);
  }
}

const FORMATS: Record<string, string> = {
  ...{ 'date-time': 'time such as 2026-01-31T12:00:00Z', date: 'date such as 2026-01-31', time: 'time of day' },
  ...{ email: 'mail address', uri: 'address such as https://example.org' },
};

/** The value with the defaults of those properties that it lacks, as the API fills them in. */
export function filled(schema: Json | undefined, value: Json, root: JsonSchema): Json {
  const shape = shapeOf(schema, root);
  if (shape.kind === 'list' && Array.isArray(value))
    return value.map((each, index) => filled(shape.item(index), each, root));
  if (shape.kind !== 'object' || !isObject(value)) return value;
  const out = { ...value };
  for (const { name, schema: inner } of shape.fields) {
    const known = Object.hasOwn(out, name) ? out[name]! : resolve(inner, root)['default'];
    if (known !== undefined) out[name] = filled(inner, known, root);
  }
  return out;
}
