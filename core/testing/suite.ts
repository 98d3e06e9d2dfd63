import type { RunStart } from '../engine/state.js';
import { ENGINE } from '../engine/state.js';
import type { NodeError, RunStatus } from '../engine/outcome.js';
import type { NodeView } from '../events/view.js';
import type { Json } from '../json.js';
import { differences, type Difference } from './compare.js';
import { type Coverage, Seen } from './coverage.js';
import type { TestCase, TestDocument } from './document.js';
import { Mocks } from './mocks.js';
import type { NodePath } from './paths.js';
import { CaseProblem } from './problem.js';
import { type Ground, World } from './world.js';
import type { CaseRun } from './case-run.js';

export interface CaseReport {
  name: string;
  passed: boolean;
  status: RunStatus;
  output: Json;
  error: NodeError | null;
  /** How long the run took, in its own time. */
  took_ms: number;
  differences: Difference[];
  /** What else went wrong: a decision that was refused, a gate that never opened, a node without a mock. */
  problems: { message: string; node?: NodePath }[];
}

export interface TestReport {
  workflow: string;
  passed: boolean;
  cases: CaseReport[];
  coverage: Coverage;
}

/** What became of one case: its run, all nodes under their paths, and why it could not be played to its end, if so. */
export interface Played {
  root: CaseRun;
  nodes: NodeView[];
  took_ms: number;
  problems: CaseReport['problems'];
}

/** Plays every case, and tells what was expected and not found, and what no case has seen. */
export async function runTests(ground: Ground, document: TestDocument): Promise<TestReport> {
  const seen = new Seen(ground.plans.main);
  const cases: CaseReport[] = [];
  for (const given of document.cases) {
    const played = await play(ground, given, document.mocks);
    seen.add(played.root);
    cases.push(reportOf(given, played));
  }
  const coverage = seen.coverage(document.coverage);
  const passed = cases.every((each) => each.passed) && coverage.short.length === 0;
  return { workflow: ground.plans.main.name, passed, cases, coverage };
}

export async function play(ground: Ground, given: TestCase, shared: TestDocument['mocks'] = {}): Promise<Played> {
  const world = new World(ground, given, new Mocks([given.mocks, shared], ground.schemas));
  const root = world.open(startOf(ground, given));
  const problems: CaseReport['problems'] = [];
  try {
    await world.play(root);
  } catch (err) {
    if (!(err instanceof CaseProblem)) throw err;
    problems.push({ message: err.message, ...(err.node === undefined ? {} : { node: err.node }) });
  }
  problems.push(...world.complaints.map((message) => ({ message })));
  const nodes = world.runs.flatMap((run) => run.views());
  return { root, nodes, took_ms: world.clock.now - Date.parse(given.run.started_at), problems };
}

function startOf({ plans, schemas }: Ground, { input, run }: TestCase): RunStart {
  const plan = plans.main;
  return {
    engine: ENGINE,
    plan,
    run: { id: run.id, org: 'org_test', workflow: plan.name, version: 1 },
    scope: { starter: run.starter, metadata: run.metadata },
    input: plan.input ? schemas.fill(plan.input, input).value : input,
    segment: 0,
  };
}

function reportOf(given: TestCase, { root, nodes, took_ms, problems }: Played): CaseReport {
  const { end, status } = root.walk;
  const found = { status, output: end?.output ?? null, error: end?.error ?? null };
  const wrong = differences(given.expect, found, nodes);
  const stuck = end || given.expect.status === status ? [] : standing(nodes);
  const all = problems.length > 0 ? problems : stuck;
  return {
    ...{ name: given.name, passed: wrong.length === 0 && all.length === 0, ...found, took_ms },
    ...{ differences: wrong, problems: all },
  };
}

/** Nothing is due any more and the run is not over: what it stands at. */
const standing = (nodes: readonly NodeView[]): CaseReport['problems'] =>
  nodes
    .filter(({ status }) => ['queued', 'running', 'waiting', 'held'].includes(status))
    .map(({ key, why, status }) => ({
      node: key,
      message: `the run stands still: ${key} ${why ?? `is ${status} and never ends`}`,
    }));
