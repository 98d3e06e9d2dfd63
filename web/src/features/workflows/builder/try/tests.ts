import { isMap, isSeq, parseDocument, stringify, YAMLSeq } from 'yaml';
import { isObject, type Json } from '../../../../../../core/json.js';
import { api, ok } from '../../../../lib/api/client.js';
import type { components } from '../../../../lib/api/schema.js';
import { blankOf } from '../../../../ui/schema-form/choose.js';
import { placesOf, type SpecView, type Untaken } from '../model/index.js';

export type TestReport = components['schemas']['TestReport'];

/** Types that reach beyond the run; of a map, those of its body. */
const CALLS: ReadonlySet<string> = new Set(['tool_call', 'agent_call', 'subworkflow']);

/** A document to begin with: one case, with a mock for each node that calls something outside, as empty as its schema lets it be. */
export function firstTests({ nodes }: Pick<SpecView, 'nodes'>): string {
  const calls = nodes.filter(({ type, value: { config } }) => {
    const body = isObject(config) && isObject(config['do']) ? config['do']['type'] : undefined;
    return CALLS.has(type) || (type === 'map' && typeof body === 'string' && CALLS.has(body));
  });
  const gates = nodes.filter(({ type }) => type === 'human_gate');
  const mocks = calls.map(({ key, type, value: { output } }) => {
    const blank = type !== 'map' && isObject(output) ? blankOf(output, output) : {};
    return `      ${key}: ${stringify({ output: blank }, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`;
  });
  const decisions = gates.map(({ key }) => `      - { gate: ${key}, decision: approve, after: 5m }`);
  return [
    '# What goes in, what stands in for the outside, what people decide, and what is to come of it.',
    'cases:',
    '  - name: it works',
    '    input: {}',
    ...(mocks.length > 0 ? ['    mocks:', ...mocks] : []),
    ...(decisions.length > 0 ? ['    decisions:', ...decisions] : []),
    '    expect: { status: completed }',
    '',
  ].join('\n');
}

/** The document with one more case; a name that is taken gets a number. A document that is none stays as it is. */
export function withCase(text: string, added: { name: string } & Record<string, Json>): string {
  const document = parseDocument(text.trim() === '' ? '{}' : text, { version: '1.2', schema: 'core' });
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) return text;
  if (isMap(document.contents)) document.contents.flow = false;
  const found = document.get('cases', true);
  const list = isSeq(found) ? found : new YAMLSeq();
  if (list !== found) document.set('cases', list);
  const names = new Set(list.items.map((item) => (isMap(item) ? String(item.get('name')) : '')));
  let name = added.name;
  for (let n = 2; names.has(name); n++) name = `${added.name} (${n})`;
  list.items.push(document.createNode({ ...added, name }));
  return document.toString({ lineWidth: 0 });
}

/** Plays the cases. Throws Problem, with each place, when the spec or the cases have mistakes. */
export const playTests = (spec: string, tests: string): Promise<TestReport> =>
  ok(api.POST('/api/v1/workflows/test', { body: { spec, tests, workflows: {} } }));

/** What no case has taken: nodes that never ran, and edges that none took. */
export function untakenOf(text: string, { cases, coverage }: TestReport): Untaken {
  const edges = coverage.edges.all.filter(({ missing }) => missing.includes('taken'));
  const count = cases.length === 1 ? 'the one case' : `any of the ${cases.length} cases`;
  return {
    ...{ text, nodes: new Set(coverage.nodes.missing), edges: placesOf(text, edges) },
    legend: `not taken by ${count}`,
  };
}

/** A difference in one line. */
export const show = (value: Json | undefined): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
};
