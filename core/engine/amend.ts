import type { Act } from '../contract/work.js';
import { Fault } from '../fault.js';
import { isSame } from '../json-diff.js';
import type { Json } from '../json.js';
import type { Plan, PlanNode } from '../spec/plan.js';
import { decideEdge } from './bind.js';
import { judgeJoin, resolveEdge, type EdgeState } from './edges.js';
import { isFinal, type NodeState, pendingNode } from './state.js';
import type { Walk } from './walk.js';

/**
 * A run goes on by another plan: what has not started may be changed, added and removed. The plan was compiled whole, like any (P5). What holds:
 *
 * 1. What has started is what it was, and so are the edges that lead to it; a held node may be mended, for it will be tried again.
 * 2. An edge that is as it was keeps its state; a new one from a node that has settled resolves at once (P4).
 * 3. An amendment that touches what has started is refused as a whole, with every place.
 */

interface AmendmentProblem {
  /** A node's key, or an edge as `from->to`; null: the run as a whole. */
  at: string | null;
  message: string;
}

/** Why the run can't go on by that plan, as a Fault (RUN_CLOSED, RUN_STATE with every place); undefined when it can. */
export function refuseAmendment(walk: Walk, { plan: json }: Extract<Act, { act: 'amend' }>): Fault | undefined {
  const plan = json as unknown as Plan;
  if (walk.ending) return new Fault('RUN_STATE', `run ${walk.start.run.id} is going to end`);
  const problems = [
    ...ofTheWhole(walk.plan, plan),
    ...walk.nodes.flatMap((state, index) => ofNode(walk, plan, index, state)),
    ...ofReads(walk, plan),
  ];
  if (problems.length === 0) return undefined;
  const [{ at, message }] = problems as [AmendmentProblem];
  const more = problems.length === 1 ? '' : `, and ${problems.length - 1} more`;
  return new Fault(
    'RUN_STATE',
    `the amendment touches what has started: ${at === null ? '' : `${at} `}${message}${more}`,
    {
      details: { problems: problems as unknown as Json },
    },
  );
}

function* ofTheWhole(was: Plan, plan: Plan): Generator<AmendmentProblem> {
  if (plan.name !== was.name) yield { at: null, message: `is of workflow ${was.name}, not of ${plan.name}` };
  if (plan.run.timeout_ms !== was.run.timeout_ms)
    yield { at: null, message: 'its timeout is running already and can’t be changed' };
}

const hasStarted = ({ status, maybe }: NodeState): boolean => status !== 'pending' || maybe === true;
/** It had begun, and begins anew in any case: what it does then may be another thing. */
const beginsAnew = ({ status, maybe, round = 0 }: NodeState): boolean =>
  status === 'held' || (status === 'pending' && !maybe && round > 0);

function ofNode(walk: Walk, plan: Plan, index: number, state: NodeState): AmendmentProblem[] {
  if (!hasStarted(state) && !beginsAnew(state)) return [];
  const was = walk.plan.nodes[index]!;
  const node = plan.nodes.find(({ key }) => key === was.key);
  const is = state.status === 'pending' ? 'has run and was taken back' : `is ${state.status}`;
  if (!node) return [{ at: was.key, message: `${is} and can’t be removed` }];
  const same = beginsAnew(state) ? node.type === was.type : isSame(definitionOf(was), definitionOf(node));
  return [
    ...(same ? [] : [{ at: was.key, message: `${is} and can’t be changed` }]),
    ...(hasStarted(state) ? waysThatDiffer(walk.plan, was, plan, node) : []).map((at) => ({
      at,
      message: `leads to ${was.key}, which ${is}`,
    })),
  ];
}

function definitionOf({ in: _in, out: _out, ...definition }: PlanNode): Json {
  return definition as unknown as Json;
}

/** Of an edge what makes it the same edge in two plans. */
const nameOf = ({ nodes }: Plan, { from, to, on, condition }: Plan['edges'][number]): string =>
  JSON.stringify([nodes[from]!.key, nodes[to]!.key, on, condition ?? null]);

function waysThatDiffer(planWas: Plan, was: PlanNode, plan: Plan, node: PlanNode): string[] {
  const [before, now] = [
    new Set(was.in.map((edge) => nameOf(planWas, planWas.edges[edge]!))),
    new Set(node.in.map((edge) => nameOf(plan, plan.edges[edge]!))),
  ];
  const differ = [...[...before].filter((name) => !now.has(name)), ...[...now].filter((name) => !before.has(name))];
  return [...new Set(differ.map((name) => (JSON.parse(name) as string[]).slice(0, 2).join('->')))];
}

/** Outputs that what is new would read, and that did not come along into this history. */
function ofReads(walk: Walk, plan: Plan): AmendmentProblem[] {
  const gone = new Set(walk.nodes.flatMap((state, index) => (state.left_behind ? [walk.key(index)] : [])));
  if (gone.size === 0) return [];
  return plan.nodes.flatMap(({ key, reads }) => {
    const index = walk.indexOf.get(key);
    const isNew = index === undefined || !hasStarted(walk.nodes[index]!);
    return isNew
      ? reads
          .filter((read) => gone.has(read))
          .map((read) => ({
            at: key,
            message: `reads the output of ${read}, which was left behind in an earlier history`,
          }))
      : [];
  });
}

/** Takes an amendment that was admitted. */
export function takeAmendment(walk: Walk, { plan: json, act: _act, ...record }: Extract<Act, { act: 'amend' }>): void {
  walk.propagate(); // what has settled in this step has done so by the plan as it was
  walk.reopened++; // tasks that are asked for anew have names of their own
  walk.withdraw((task) => task.startsWith('~output'));
  const plan = json as unknown as Plan;
  const was = walk.plan;
  const before = new Map(was.nodes.map(({ key }, index) => [key, walk.nodes[index]!]));
  const states = new Map(was.edges.map((edge, index) => [nameOf(was, edge), walk.edges[index]!]));
  const asked = new Map([...walk.conditions].map(([task, edge]) => [nameOf(was, was.edges[edge]!), task]));
  const edges = plan.edges.map((edge) => states.get(nameOf(plan, edge)) ?? 'open');
  const nodes = plan.nodes.map((node) => {
    const state = before.get(node.key);
    if (state && beginsAnew(state)) {
      const tally = state.status === 'held' ? {} : tallyOf(node, edges);
      return mended({ ...state, ...tally }, was.nodes[walk.indexOf.get(node.key)!]!, node);
    }
    if (state && hasStarted(state)) return state;
    return {
      ...pendingNode(0),
      ...(state?.paused ? { paused: state.paused } : {}),
      ...tallyOf(node, edges),
    };
  });
  walk.goOnBy(plan, nodes, edges);
  walk.amendments.push(record);
  walk.conditions.clear();
  for (const [index, edge] of plan.edges.entries()) {
    const task = asked.get(nameOf(plan, edge));
    if (task !== undefined) walk.conditions.set(task, index);
  }
  const waited = new Set(walk.conditions.keys());
  walk.withdraw((task) => task.endsWith('~if') && !waited.has(task));
  settleEdges(walk);
  judgePending(walk);
}

/** What a person changes of what a node does is another effect. */
function mended(state: NodeState, was: PlanNode, node: PlanNode): NodeState {
  if (isSame(was.config, node.config)) return state;
  const { edited: _, ...rest } = state;
  return { ...rest, generation: (state.generation ?? 0) + 1 };
}

function tallyOf(node: PlanNode, edges: readonly EdgeState[]): Pick<NodeState, 'open' | 'taken' | 'failed'> {
  const count = (wanted: EdgeState) => node.in.filter((edge) => edges[edge] === wanted).length;
  return { open: count('open'), taken: count('taken'), failed: count('failed') };
}

/** Edges that are new, or have another condition, and that come from what has settled. */
function settleEdges(walk: Walk): void {
  const asked = new Set(walk.conditions.values());
  for (const [index, { status, unsure }] of walk.nodes.entries()) {
    if (!isFinal(status) || unsure) continue;
    for (const edge of walk.plan.nodes[index]!.out) {
      if (walk.edges[edge] !== 'open' || asked.has(edge)) continue;
      const state = resolveEdge(walk.plan.edges[edge]!, status);
      if (state === 'ask') decideEdge(walk, edge, (to) => walk.resolve(edge, to));
      else walk.resolve(edge, state);
    }
  }
}

/** Nodes that wait for nothing any more, since what they waited for is not in the plan now. */
function judgePending(walk: Walk): void {
  for (const [index, node] of walk.plan.nodes.entries()) {
    const state = walk.nodes[index]!;
    if (walk.end || hasStarted(state)) continue;
    const verdict = node.in.length === 0 ? 'fire' : judgeJoin(node.join, state);
    if (verdict === 'fire') walk.fire(index);
    else if (verdict === 'skip') walk.skip(index, 'too few of its edges were taken');
  }
}
