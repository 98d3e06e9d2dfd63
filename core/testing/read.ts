import type { Json, JsonSchema } from '../json.js';
import type { MapConfig } from '../engine/kinds/map.js';
import { problemsOf } from '../spec/issues.js';
import { parseSpec, type SpecFormat } from '../spec/parse.js';
import { waitsOf } from '../engine/deliver.js';
import type { PlanNode } from '../spec/plan.js';
import { nearest, type Problem } from '../spec/problems.js';
import { type Path, Report } from '../spec/report.js';
import { type CaseEvent, type Mock, type TestDocument, testDocument, testJsonSchema } from './document.js';
import { type Place, placeOf, type Plans } from './paths.js';
import type { Schemas } from './problem.js';

export type ReadTests = { ok: true; document: TestDocument } | { ok: false; problems: Problem[] };

/** Reads a test document and holds it against the workflow: every problem at once, each with its place in the text. */
export function readTests(text: string, format: SpecFormat, plans: Plans, schemas: Schemas): ReadTests {
  const { parsed, problems } = parseSpec(text, format);
  if (!parsed) return { ok: false, problems };
  const report = new Report(parsed, problems);
  const shaped = testDocument.safeParse(parsed.value);
  if (!shaped.success) {
    report.add(problemsOf(shaped.error.issues, parsed, testJsonSchema));
    return { ok: false, problems: report.all() };
  }
  new Check(plans, schemas, report).document(shaped.data);
  return report.empty ? { ok: true, document: shaped.data } : { ok: false, problems: report.all() };
}

class Check {
  private readonly plans: Plans;
  private readonly schemas: Schemas;
  private readonly report: Report;

  constructor(plans: Plans, schemas: Schemas, report: Report) {
    this.plans = plans;
    this.schemas = schemas;
    this.report = report;
  }

  document({ mocks, cases }: TestDocument): void {
    this.mocks(mocks, ['mocks']);
    const names = new Set<string>();
    for (const [index, each] of cases.entries()) {
      const at = ['cases', index];
      if (names.has(each.name)) this.report.say('BAD_VALUE', [...at, 'name'], `two cases have the name ${each.name}`);
      names.add(each.name);
      this.input(each.input, [...at, 'input']);
      this.mocks(each.mocks, [...at, 'mocks']);
      for (const [n, { gate }] of each.decisions.entries()) this.gate(gate, [...at, 'decisions', n, 'gate']);
      for (const [n, event] of each.events.entries()) this.event(event, [...at, 'events', n]);
      for (const path of Object.keys(each.expect.nodes)) this.node(path, [...at, 'expect', 'nodes', path]);
    }
  }

  private node(path: string, at: Path): Place | undefined {
    const place = placeOf(this.plans, path);
    if ('node' in place) return place;
    this.report.say('UNKNOWN_NODE', at, place.message, place.suggestion);
    return undefined;
  }

  private gate(path: string, at: Path): void {
    const place = this.node(path, at);
    if (place && place.node.type !== 'human_gate')
      this.report.say('BAD_VALUE', at, `${path} is a ${place.node.type}, and only a human_gate is decided`);
  }

  /** An event that no wait of its run is for is a slip of the pen, unless the case is about just that. */
  private event({ event, data, when, refused }: CaseEvent, at: Path): void {
    const place = when === undefined ? { plan: this.plans.main } : this.node(when, [...at, 'when']);
    if (!place) return;
    if ('node' in place && place.node.type !== 'wait' && place.node.type !== 'human_gate')
      return this.report.say('BAD_VALUE', [...at, 'when'], `${when} is a ${place.node.type}, which never waits`);
    const waits = waitsOf(place.plan);
    const meant = waits.filter((wait) => wait.event === event);
    if (meant.length === 0 && refused === undefined) {
      const message = `workflow ${place.plan.name} has no wait for event ${event}`;
      this.report.say(
        'BAD_VALUE',
        [...at, 'event'],
        message,
        nearest(
          event,
          waits.map((wait) => wait.event),
        ),
      );
    }
    for (const { schema } of meant)
      for (const { pointer, message } of schema === undefined ? [] : this.schemas.check(schema, data as Json))
        this.report.say(
          'BAD_VALUE',
          [...at, 'data', ...stepsOf(pointer)],
          `the data does not fit the schema of event ${event}: ${pointer || 'it'} ${message}`,
        );
  }

  private input(input: Json, at: Path): void {
    const { main } = this.plans;
    if (!main.input) return;
    for (const { pointer, message } of this.schemas.fill(main.input, input).problems)
      this.report.say(
        'BAD_VALUE',
        [...at, ...stepsOf(pointer)],
        `the input does not fit its schema: ${pointer || 'it'} ${message}`,
      );
  }

  private mocks(mocks: Readonly<Record<string, Mock>>, at: Path): void {
    for (const [path, mock] of Object.entries(mocks)) {
      if (path === 'default' && !this.plans.main.nodes.some(({ key }) => key === path)) continue;
      const place = this.node(path, [...at, path]);
      if (place) this.mock(place, mock, [...at, path]);
    }
  }

  private mock({ node, item, undo }: Place, mock: Mock, at: Path): void {
    if (undo) return;
    const wrong = unmockable(node, mock);
    if (wrong !== undefined) return this.report.say('BAD_VALUE', at, wrong);
    const schema = outputOf(node);
    if (typeof mock === 'string' || !schema) return;
    const what = node.type === 'map' ? `of ${item ? 'the' : 'an'} item ` : '';
    const check = (output: Json, path: Path) => {
      for (const { pointer, message } of this.schemas.check(schema, output))
        this.report.say(
          'BAD_VALUE',
          [...path, ...stepsOf(pointer)],
          `the output ${what}does not fit the schema of node ${node.key}: ${pointer || 'it'} ${message}`,
        );
    };
    if ('output' in mock) check(mock.output!, [...at, 'output']);
    for (const [index, attempt] of (mock.attempts ?? []).entries())
      if ('output' in attempt) check(attempt.output!, [...at, 'attempts', index, 'output']);
  }
}

/** Why nothing can stand in for the node, if so. */
function unmockable({ key, type, config }: PlanNode, mock: Mock): string | undefined {
  if (type === 'human_gate') return `${key} is a human_gate: it is decided by the case's decisions`;
  if (type === 'transform' || type === 'wait') return `${key} is a ${type}, which runs for real`;
  if (type === 'map' && (config as unknown as MapConfig).do.type === 'transform')
    return `the items of ${key} are transforms, which run for real`;
  if (type === 'subworkflow' && typeof mock === 'object' && mock.attempts)
    return `${key} is a subworkflow, which runs once: it has no attempts`;
  return undefined;
}

/** What a mock of the node must fit: of a map, each item. */
const outputOf = ({ type, output, config }: PlanNode): JsonSchema | undefined =>
  type === 'map' ? (config as unknown as MapConfig).do.output : output;

/** The steps of an RFC 6901 pointer. */
const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
