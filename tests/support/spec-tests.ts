import { fillAndCheck, violations } from '../../adapters/json-schema/validate.js';
import { compile } from '../../core/spec/compile.js';
import type { Plan } from '../../core/spec/plan.js';
import type { Problem } from '../../core/spec/problems.js';
import { readTests } from '../../core/testing/read.js';
import { runTests, type TestReport } from '../../core/testing/suite.js';
import type { Ground } from '../../core/testing/world.js';

export const schemas = { check: violations, fill: fillAndCheck };

export function compiledPlan(text: string): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.plan;
}

export const groundOf = (main: Plan, children: Record<string, Plan> = {}): Ground => ({
  plans: { main, children: new Map(Object.entries(children)) },
  schemas,
  steps: 1_000_000,
  turn: () => Promise.resolve(),
});

const ground = (spec: string, children: Record<string, string>): Ground =>
  groundOf(
    compiledPlan(spec),
    Object.fromEntries(Object.entries(children).map(([name, text]) => [name, compiledPlan(text)])),
  );

/** Runs a test document in YAML on a spec; throws when it has problems. */
export async function runDocument(
  spec: string,
  tests: string,
  children: Record<string, string> = {},
): Promise<TestReport> {
  const on = ground(spec, children);
  const read = readTests(tests, 'yaml', on.plans, schemas);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return runTests(on, read.document);
}

/** What is wrong with a test document. */
export function problemsOfTests(spec: string, tests: string, children: Record<string, string> = {}): Problem[] {
  const read = readTests(tests, 'yaml', ground(spec, children).plans, schemas);
  return read.ok ? [] : read.problems;
}
