import { isObject, type Json, type JsonObject, type JsonSchema } from '../../../../../../core/json.js';
import { json, template } from '../../../../../../core/nodes/parts.js';
import { specJsonSchema } from '../../../../../../core/spec/schema.js';
import { resolve } from '../../../../ui/schema-form/shape.js';
import type { FieldError } from '../../../../ui/schema-form/index.js';
import { adviceOf, type PlacedProblem } from '../model/index.js';

/** Some fields of a node or of the workflow, drawn together. */
export interface FieldGroup {
  id: string;
  title: string;
  fields: readonly string[];
  schema: JsonSchema;
}

/** The compiler's own schema: forms are drawn of nothing else. */
let made: JsonSchema | undefined;
const specSchema = (): JsonSchema => (made ??= forForms(specJsonSchema() as JsonSchema) as JsonSchema);

/** Said of every other field: what the control shows by itself. */
const SAID = new Set([template.description, json.meta()?.description]);

/** The same with a title for each property, and without what goes without saying. */
function forForms(part: Json): Json {
  if (Array.isArray(part)) return part.map(forForms);
  if (!isObject(part)) return part;
  const { description, properties, ...rest } = part;
  const said = typeof description === 'string' && SAID.has(description);
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([name, inner]) => [
        name,
        name === 'const' || name === 'enum' || name === 'default' ? inner : forForms(inner),
      ]),
    ),
    ...(description === undefined || said ? {} : { description }),
    ...(isObject(properties) ? { properties: titled(properties) } : {}),
  };
}

const titled = (properties: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => {
      const schema = forForms(inner);
      return [name, isObject(schema) && !('title' in schema) ? { title: inWords(name), ...schema } : schema];
    }),
  );
const inWords = (name: string): string => capital(name.replaceAll('_', ' '));

const GROUPS: readonly { id: string; title: string; fields: readonly string[] }[] = [
  { id: 'failure', title: 'Attempts and failure', fields: ['retry', 'timeout', 'on_error'] },
  { id: 'join', title: 'When several edges lead here', fields: ['join', 'losers'] },
  { id: 'undo', title: 'Compensation', fields: ['compensate'] },
  { id: 'limits', title: 'Limits', fields: ['limits'] },
  { id: 'output', title: 'Output schema', fields: ['output'] },
  { id: 'speed', title: 'Fusing', fields: ['fuse'] },
];

/** Properties of a node of that type; undefined: there is no such type. */
function nodeProperties(type: string): JsonObject | undefined {
  const root = specSchema();
  const list = resolve(propertiesOf(resolve(root, root))['nodes'], root);
  const node = resolve(list['items'], root);
  const options = [node['oneOf'], node['anyOf']].find((each) => Array.isArray(each)) as Json[] | undefined;
  for (const option of options ?? []) {
    const properties = propertiesOf(resolve(option, root));
    if (resolve(properties['type'], root)['const'] === type) return properties;
  }
  return undefined;
}

const propertiesOf = ({ properties }: JsonSchema): JsonObject => (isObject(properties) ? properties : {});
/** References of a part lead to the whole schema's definitions. */
const standing = (schema: JsonSchema): JsonSchema => {
  const { $defs } = specSchema();
  return $defs === undefined ? schema : { ...schema, $defs };
};

/** The config of a type of node, from the compiler's definition; undefined: there is no such type. */
export function configSchema(type: string): JsonSchema | undefined {
  const config = nodeProperties(type)?.['config'];
  return config === undefined ? undefined : standing(resolve(config, specSchema()));
}

/** What every node has besides, in groups; of each, the fields that nodes of this type have. */
export function nodeGroups(type: string): FieldGroup[] {
  const properties = nodeProperties(type) ?? {};
  return GROUPS.flatMap(({ id, title, fields }) => {
    const own = fields.filter((field) => field in properties);
    return own.length === 0 ? [] : [{ id, title, fields: own, schema: groupSchema(properties, own) }];
  });
}

const groupSchema = (properties: JsonObject, fields: readonly string[]): JsonSchema =>
  standing({
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, properties[field]!])),
    additionalProperties: false,
  });

/** The workflow's own fields of that name. */
export function workflowSchema(fields: readonly string[]): JsonSchema {
  const root = specSchema();
  return groupSchema(propertiesOf(resolve(root, root)), fields);
}

/** Of a node, a group's fields. */
export const pick = (value: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.flatMap((field) => (Object.hasOwn(value, field) ? [[field, value[field]!]] : [])));

/** Problems as a form shows them, each at its field; a missing field is named by the compiler in its sentence only. */
export function errorsOf(problems: readonly PlacedProblem[], base = ''): FieldError[] {
  return problems.flatMap((problem) => {
    const { field, code, message } = problem;
    const missing = code === 'MISSING_FIELD' ? /^(\S+) is missing$/.exec(message)?.[1] : undefined;
    const pointer = missing === undefined ? field : `${field}/${missing}`;
    if (pointer !== base && !pointer.startsWith(`${base}/`)) return [];
    const told = [`${capital(message)}.`, adviceOf(problem)].filter(Boolean).join(' ');
    return [{ pointer: pointer.slice(base.length), message: missing === undefined ? told : 'This is required.' }];
  });
}
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Problems of a group's fields. */
export const groupErrors = (problems: readonly PlacedProblem[], fields: readonly string[]): FieldError[] =>
  errorsOf(problems).filter(({ pointer }) => fields.includes(pointer.split('/')[1] ?? ''));
