import type { FusedRegion } from '../../core/contract/work.js';
import { type Command, type Fact, type HistoryRoom, MORE } from '../../core/engine/facts.js';
import { factOf } from '../../core/engine/region.js';
import type { RunStart } from '../../core/engine/state.js';
import { Walk } from '../../core/engine/walk.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';

/** Drives the pure scheduler without Temporal: what it asks for is answered in an order that the test chooses. */

export const startOf = (plan: Plan, input: Json = {}, engine: RunStart['engine'] = 1): RunStart => ({
  engine,
  plan,
  run: { id: 'run_1', org: 'org_1', workflow: plan.name, version: 1 },
  scope: { starter: 'key:test', metadata: {} },
  input,
  segment: 0,
});

/** Of the outstanding tasks those that have ended now, and whether they failed. */
export type Chooser = (outstanding: string[]) => { task: string; fails: boolean }[];

export interface Drive {
  input?: Json;
  /** Continue as new after so many steps. */
  continueAfter?: number;
  /** What an activity that succeeds puts out. */
  answer?: (command: Extract<Command, { do: 'activity' | 'child' }>) => Json;
  /** Walks the regions that a walk of engine 2 or newer asks for. */
  region?: (start: RunStart) => FusedRegion;
  engine?: RunStart['engine'];
  /** How much room history has then. */
  room?: HistoryRoom;
  /** The scheduler; a test of the tests gives a broken one. */
  Scheduler?: typeof Walk;
}

export interface Driven {
  walk: Walk;
  /** Tasks that were handed out, in order. */
  began: string[];
  most: number;
  steps: number;
}

const STEPS = 500;
const outputOf = ({ task }: { task: string }): Json => ({ output: { from: task } });

/**
 * What a worker makes of a region, by chance: members end in any order, some take too long, some fail for good, and at times it has
 * enough before it has done all.
 */
export function regionBy(seed: number, fails: (task: string) => boolean): (start: RunStart) => FusedRegion {
  const random = randomOf(seed);
  return (start) => {
    const walk = new Walk(start);
    const members: FusedRegion['members'] = [];
    const slow: string[] = [];
    const working: string[] = [];
    const cut: string[] = [];
    const go = (facts: Fact[]) => {
      for (const command of walk.step(facts, start.carried!.started_at).commands)
        if (command.do === 'activity') (random() < 0.1 ? slow : working).push(command.task);
        else if (command.do === 'cancel' && working.includes(command.task))
          cut.push(...working.splice(working.indexOf(command.task), 1));
    };
    go([]);
    while (working.length > 0 && random() > 0.05) {
      const [task] = working.splice(Math.floor(random() * working.length), 1) as [string];
      const end = fails(task)
        ? { error: { code: 'FUNCTION_ERROR', message: 'broken' } }
        : { value: outputOf({ task }) };
      members.push({ task, began: 0, ended: members.length, ...end });
      go([factOf(members.at(-1)!)]);
    }
    return { took: members.length, members, slow, spent: working.length > 0, ...(cut.length > 0 ? { cut } : {}) };
  };
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Drives a walk to its end. Throws when it hangs, or when an edge that has resolved resolves again. */
export function drive(plan: Plan, choose: Chooser, options: Drive = {}): Driven {
  const { input = {}, answer = outputOf, region, Scheduler = Walk, room = 'little' } = options;
  let { continueAfter = Number.POSITIVE_INFINITY } = options;
  let start = startOf(plan, input, options.engine ?? (region ? 3 : 1));
  let walk = new Scheduler(start);
  const began: string[] = [];
  /** What each task will put out; a timer puts out nothing. */
  const outstanding = new Map<string, Json | undefined>();
  let most = 0;
  let facts: Fact[] = [];
  let edges = [...walk.edges];
  for (let step = 0; step < STEPS; step++) {
    const { commands } = walk.step(facts, 1000 + step, step >= continueAfter ? room : 'enough');
    for (const [edge, before] of edges.entries())
      if (before !== 'open' && walk.edges[edge] !== before) throw new Error(`edge ${edge} resolved twice`);
    edges = [...walk.edges];
    for (const command of commands) {
      if (command.do === 'activity' && command.task === MORE) outstanding.set(MORE, undefined);
      else if (command.do === 'activity' || command.do === 'child') {
        began.push(command.task);
        outstanding.set(command.task, answer(command));
      } else if (command.do === 'timer') outstanding.set(command.task, undefined);
      else if (command.do === 'cancel') outstanding.delete(command.task);
    }
    const asked = commands.find((command) => command.do === 'fuse');
    if (asked) {
      // A region ends within the workflow task that asked for it.
      const value = region!(asked.input);
      began.push(...value.members.map(({ task }) => task));
      facts = [{ is: 'completed', task: asked.task, value: value as unknown as Json }];
      continue;
    }
    most = Math.max(most, outstanding.size);
    const last = commands.at(-1);
    if (last?.do === 'end') return { walk, began, most, steps: step };
    if (last?.do === 'continue') {
      const carried = JSON.parse(JSON.stringify(walk.continueWalk())) as NonNullable<RunStart['carried']>;
      start = { ...start, segment: start.segment + 1, carried };
      walk = new Scheduler(start);
      facts = [];
      continueAfter = step + 3;
      continue;
    }
    facts = choose([...outstanding.keys()]).map(({ task, fails }) => {
      const value = outstanding.get(task);
      outstanding.delete(task);
      if (value === undefined) return { is: 'fired', task };
      return fails
        ? { is: 'failed', task, error: { code: 'FUNCTION_ERROR', message: 'broken' } }
        : { is: 'completed', task, value };
    });
  }
  throw new Error(`the walk hangs: ${JSON.stringify(walk.nodes.map(({ status }) => status))}`);
}

/** A seeded chooser: a few of the outstanding tasks end, in any order; whether one fails is asked of `fails`, else left to chance. */
export function chooser(seed: number, fails?: (task: string) => boolean): Chooser {
  const random = randomOf(seed);
  return (outstanding) => {
    const shuffled = outstanding.map((task) => ({ task, key: random() })).sort((a, b) => a.key - b.key);
    return shuffled
      .slice(0, 1 + Math.floor(random() * shuffled.length))
      .map(({ task }) => ({ task, fails: fails ? fails(task) : random() < 0.25 }));
  };
}

/** Everything that is outstanding ends at once, as the test says. */
export const allAtOnce =
  (fails: (task: string) => boolean = () => false): Chooser =>
  (outstanding) =>
    outstanding.map((task) => ({ task, fails: fails(task) }));

export const firstOnly: Chooser = (outstanding) => outstanding.slice(0, 1).map((task) => ({ task, fails: false }));

export type Outcome = 'completed' | 'failed' | 'skipped';

/**
 * How every node ends, when these fail: a model that knows nothing of orders. It says in its own words what docs/joins.md says, and holds
 * where no failure ends the run and no join cancels its losers.
 */
export function modelOf(plan: Plan, fails: (key: string) => boolean): Outcome[] {
  const ends: Outcome[] = [];
  for (const [index, { key, join, in: into }] of plan.nodes.entries()) {
    let [taken, failed] = [0, 0];
    for (const { from, on, condition } of into.map((edge) => plan.edges[edge]!)) {
      const came = ends[from]!;
      if (came === 'skipped') continue;
      const matches = on === 'always' || (on === 'success') === (came === 'completed');
      if (!matches) failed += came === 'failed' ? 1 : 0;
      else if (condition !== 'false') taken++;
    }
    const fires =
      into.length === 0 ||
      (join === 'any' && taken > 0) ||
      (join === 'all' && failed === 0 && taken > 0) ||
      (join === 'none_failed' && failed === 0) ||
      (typeof join === 'object' && taken >= join.n);
    ends[index] = !fires ? 'skipped' : fails(key) ? 'failed' : 'completed';
  }
  return ends;
}
