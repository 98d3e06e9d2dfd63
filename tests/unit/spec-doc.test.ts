import { readFileSync } from 'node:fs';
import { LEFT_OUT } from '../../core/expr/analyse.js';
import { FUNCTIONS, METHODS } from '../../core/expr/functions.js';
import { MACROS } from '../../core/expr/evaluate.js';
import { NODE_TYPES } from '../../core/nodes/index.js';
import { compile } from '../../core/spec/compile.js';
import { specJsonSchema } from '../../core/spec/schema.js';

// docs/spec.md tells of every field, node type and function that there is.

const doc = readFileSync(new URL('../../docs/spec.md', import.meta.url), 'utf8');

function section(heading: string): string {
  const start = doc.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`docs/spec.md has no section ${heading}`);
  const level = heading.split(' ')[0]!.length;
  const rest = doc.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end === -1 ? rest : rest.slice(0, end);
}

/** What stands in backquotes, taken apart into words. */
const words = (text: string) =>
  new Set([...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code!.match(/[$\w]+/g) ?? []));

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: string;
}
const root = specJsonSchema() as { $defs: Record<string, Schema> };
const workflow = root.$defs['Workflow']!;
const nodes = workflow.properties!['nodes']!.items!.oneOf!;

/** The names of all fields of a schema, but not of the schemas and templates in it. */
function fieldsOf(schema: Schema): string[] {
  const inner = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const own = Object.entries(schema.properties ?? {});
  return [...own.map(([name]) => name), ...own.flatMap(([, part]) => fieldsOf(part)), ...inner.flatMap(fieldsOf)];
}

const top = { ...workflow, properties: { ...workflow.properties, nodes: {}, edges: {} } };
/** What undoes a node has the config of a type of node. */
const undo = nodes[0]!.properties!['compensate']!.oneOf!.map((each) => ({
  ...each,
  properties: { ...each.properties, config: {} },
}));
const node = { ...nodes[0], properties: { ...nodes[0]!.properties, config: {}, compensate: { oneOf: undo } } };

test.each<[string, Schema]>([
  ['## Workflow', top],
  ['## Nodes', node],
  ['## Edges', workflow.properties!['edges']!.items!],
])('%s tells of every field', (heading, schema) => {
  const told = words(section(heading).split('\n### ')[0]!);
  expect(fieldsOf(schema).filter((field) => !told.has(field))).toEqual([]);
});

test.each(Object.keys(NODE_TYPES))('%s has a section that tells of every field of its config', (type) => {
  const { config } = nodes.find(({ properties }) => properties!['type']!.const === type)!.properties!;
  const told = words(section(`### ${type}`));
  // A map's body is told of under its own types.
  const all = type === 'map' ? words(section('## Nodes')) : told;
  const shared = type === 'agent_call' ? words(section('### tool_call')) : told;
  expect(fieldsOf(config!).filter((field) => !told.has(field) && !all.has(field) && !shared.has(field))).toEqual([]);
});

test('and of no type that is not there', () => {
  const told = [...section('## Nodes').matchAll(/^### (\w+)/gm)].map(([, type]) => type!);
  expect(told.sort()).toEqual(Object.keys(NODE_TYPES).sort());
});

test('every function is told of, and no other', () => {
  const [, table] = section('## Expressions').split('| functions | |');
  const called = [...table!.split('\n\n')[0]!.matchAll(/(\w+)\(/g)].map(([, name]) => name!);
  const known = new Set([...FUNCTIONS.keys(), ...METHODS.keys(), ...MACROS, 'has', 'bind']);
  expect([...new Set(called)].sort()).toEqual([...known].sort());
  for (const name of Object.keys(LEFT_OUT)) expect(section('## Expressions')).toMatch(`\`${name}()\``);
});

test('its example compiles', () => {
  const [, example] = /```yaml\n(name: [\s\S]*?)```/.exec(doc)!;
  const compiled = compile(example!);
  expect(compiled.ok ? [] : compiled.problems).toEqual([]);
});
