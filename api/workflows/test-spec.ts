import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { fillAndCheck, violations } from '../../adapters/json-schema/validate.js';
import { testReport } from '../../core/contract/tests.js';
import { Fault } from '../../core/fault.js';
import type { Json, JsonObject } from '../../core/json.js';
import { MAX_TEST_STEPS } from '../../core/limits.js';
import type { Plan } from '../../core/spec/plan.js';
import { readTests } from '../../core/testing/read.js';
import { runTests } from '../../core/testing/suite.js';
import { endpoint } from '../http/endpoint.js';
import { compiled } from './endpoints.js';

const schemas = { check: violations, fill: fillAndCheck };
const spec = z.union([z.string(), z.record(z.string(), z.json())]).describe('A spec: a JSON object, or YAML as text.');
/** Looked at more closely by the reader of test documents, which tells every problem with its place. */
const part = (name: string) => z.json().optional().describe(`As \`${name}\` in /api/v1/schemas/tests.json.`);

const body = z.strictObject({
  spec,
  workflows: z
    .record(z.string(), spec)
    .default({})
    .describe('Specs of the workflows that run for real as sub-workflows, by name.'),
  tests: z.string().optional().describe('The test document as text, YAML or JSON. Or its parts:'),
  ...{ cases: part('cases'), coverage: part('coverage'), mocks: part('mocks') },
});

export const testWorkflow = endpoint({
  method: 'post',
  path: '/workflows/test',
  tag: 'workflows',
  summary: 'Test a spec: play its cases in skipped time, without any effect',
  action: 'read',
  body,
  responses: {
    200: { description: 'What became of each case, and what none of them took', schema: testReport },
    422: { description: 'The spec or the cases have errors: all of them, each with its place' },
  },
  async handle({ body: { spec: given, workflows, tests, ...parts } }) {
    const children = new Map(Object.entries(workflows).map(([name, text]) => [name, planOf(text, name)]));
    const plans = { main: planOf(given), children };
    if (tests !== undefined && Object.values(parts).some((part) => part !== undefined))
      throw new Fault('TESTS_INVALID', 'send either tests, as text, or their parts');
    const read = readTests(tests ?? JSON.stringify(parts), tests === undefined ? 'json' : 'yaml', plans, schemas);
    if (!read.ok) throw testsFault(read.problems as unknown as Json[]);
    const ground = { plans, schemas, steps: MAX_TEST_STEPS, turn: () => turn() };
    return { status: 200, body: await runTests(ground, read.document) };
  },
});

/** Throws SPEC_INVALID, which says which workflow it is unless it is the one that is tested. */
function planOf(given: z.infer<typeof spec>, workflow?: string): Plan {
  try {
    return compiled(typeof given === 'string' ? given : JSON.stringify(given), typeof given !== 'string').plan;
  } catch (err) {
    if (!(err instanceof Fault) || workflow === undefined) throw err;
    throw new Fault(err.code, `workflow ${workflow}: ${err.message}`, {
      details: { workflow, ...(err.details as JsonObject) },
      cause: err,
    });
  }
}

const testsFault = (problems: Json[]): Fault =>
  new Fault(
    'TESTS_INVALID',
    `the tests have ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}`,
    {
      details: { errors: problems },
    },
  );
