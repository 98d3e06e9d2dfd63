import type { MapConfig } from '../engine/kinds/map.js';
import { undoTask } from '../engine/facts.js';
import type { NodeError } from '../engine/outcome.js';
import type { NodeView, RunView } from '../events/view.js';
import { Fault, isFaultCode } from '../fault.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { NodeType, Plan, PlanNode } from '../spec/plan.js';

const ENDED = ['completed', 'failed', 'cancelled', 'timed_out'];

/**
 * A test case out of a closed run's view: what went in, what each node's work came to and how long it took, what people decided, and,
 * as expectations, what came of it. Values that lie outside of the view must have been put back into it. What earlier attempts of a node
 * failed with, a view does not say: the case says INTERNAL. Throws RUN_STATE and RUN_TERMINATED: the run must have come to its own end.
 */
export function caseOf(view: RunView, plan: Plan): JsonObject {
  if (!ENDED.includes(view.status))
    throw new Fault(
      view.status === 'terminated' ? 'RUN_TERMINATED' : 'RUN_STATE',
      `the run is ${view.status}: a test is made of one that has come to its own end`,
    );
  const nodes = new Map(plan.nodes.map((node) => [node.key, node]));
  const own = view.nodes.filter(({ key }) => nodes.has(key));
  const mocks = own.flatMap((node) => [
    ...(MOCKED[node.type]?.(node, nodes.get(node.key)!, view.nodes) ?? []),
    ...undoing(node),
  ]);
  const decisions = own.flatMap((node) => decisionOf(node, nodes.get(node.key)!));
  const events = eventsOf(own, view.started_at);
  const { id, starter, metadata, started_at, status, output, error, input } = view;
  return {
    name: `run ${id}`,
    input,
    run: { id, starter, metadata, started_at },
    ...(mocks.length === 0 ? {} : { mocks: Object.fromEntries(mocks) }),
    ...(decisions.length === 0 ? {} : { decisions }),
    ...(events.length === 0 ? {} : { events }),
    ...(status === 'cancelled' ? { cancel_after: lasting(started_at, view.finished_at) } : {}),
    expect: {
      status,
      ...(status === 'completed' ? { output } : {}),
      ...(error && status !== 'cancelled' ? { error: { code: error.code } } : {}),
      nodes: Object.fromEntries(own.map((node) => [node.key, expectationOf(node)])),
    },
  };
}

type Entry = [path: string, mock: Json];

/** What stands in for the nodes of each type, as they went in the run; other types run for real. */
const MOCKED: { [T in NodeType]?: (node: NodeView, plan: PlanNode, all: readonly NodeView[]) => Entry[] } = {
  tool_call: (node) => work(node),
  agent_call: (node) => work(node),
  subworkflow: (node) => work({ ...node, attempt: 1 }),
  map: (node, plan, all) => ((plan.config as unknown as MapConfig).do.type === 'transform' ? [] : items(node, all)),
};

function work({ key, status, output, error, attempt, started_at, finished_at }: NodeView): Entry[] {
  if (status === 'cancelled') return [[key, { hangs: true }]];
  if (status !== 'completed' && status !== 'failed') return [];
  const takes = started_at === null ? {} : { takes: lasting(started_at, finished_at) };
  const last = status === 'completed' ? { output, ...takes } : { ...failure(error!), ...takes };
  if (attempt < 2) return [[key, last]];
  const before = Array.from({ length: attempt - 1 }, () => ({
    error: { code: 'INTERNAL', message: 'an earlier attempt, of which the run keeps no more' },
  }));
  return [[key, { attempts: [...before, last] }]];
}

/** What undid it; how that went item by item a view does not say. */
const undoing = ({ key, compensation }: NodeView): Entry[] =>
  compensation ? [[undoTask(key), { output: compensation.output }]] : [];

/** A large map's items are told by its output alone. */
function items(map: NodeView, all: readonly NodeView[]): Entry[] {
  const shown = all.filter(({ key }) => key.startsWith(`${map.key}[`));
  if (shown.length > 0) return shown.flatMap((item) => work(item));
  if (!isObject(map.output) || !Array.isArray(map.output['items'])) return [];
  const errors = new Map(
    (map.output['errors'] as { index: number; code: string; message: string }[]).map((each) => [each.index, each]),
  );
  return map.output['items'].map((output, index): Entry => {
    const error = errors.get(index);
    return [`${map.key}[${index}]`, error ? failure(error) : { output }];
  });
}

function failure({ code, message, details }: NodeError): JsonObject {
  return {
    error: { code: isFaultCode(code) ? code : 'INTERNAL', message, ...(details === undefined ? {} : { details }) },
  };
}

function decisionOf({ key, type, output, queued_at }: NodeView, { config }: PlanNode): JsonObject[] {
  if (type !== 'human_gate' || !isObject(output)) return [];
  const { votes, decision, decided_by, on_behalf_of, comment, decided_at, form } = output as Record<string, Json>;
  const last = {
    decision: decision === 'approved' ? 'approve' : 'deny',
    actor: decided_by!,
    on_behalf_of,
    at: decided_at!,
    comment,
    form,
  };
  const { role = 'approver' } = config as { role?: string };
  // What a deadline decides comes by itself when time passes.
  const taken = (Array.isArray(votes) ? votes : [last]).filter(isObject).filter(({ actor }) => actor !== 'deadline');
  return taken.map((vote) => ({
    gate: key,
    decision: vote['decision'] as string,
    by: vote['actor'] as string,
    roles: (vote['roles'] as Json[] | undefined) ?? [role],
    ...(vote['groups'] === undefined ? {} : { groups: vote['groups'] as Json }),
    ...(vote['on_behalf_of'] === undefined ? {} : { on_behalf_of: vote['on_behalf_of'] }),
    ...(vote['groups_only'] === undefined ? {} : { groups_only: vote['groups_only'] }),
    ...(vote['form'] === undefined ? {} : { form: vote['form'] }),
    ...(vote['comment'] === null || vote['comment'] === undefined ? {} : { comment: vote['comment'] }),
    after: lasting(queued_at, vote['at'] as string),
  }));
}

/** Events that waits have taken, as they came; one that nobody took is not in a view. */
function eventsOf(nodes: readonly NodeView[], started_at: string | null): JsonObject[] {
  const taken = nodes.flatMap(({ type, output }) =>
    type === 'wait' && isObject(output) && output['received'] === true ? [output as Record<string, Json>] : [],
  );
  const each = new Map(taken.map((event) => [JSON.stringify([event['event'], event['id']]), event]));
  const received = ({ received_at }: Record<string, Json>) => received_at as string;
  return [...each.values()]
    .sort((a, b) => received(a).localeCompare(received(b)))
    .map((event) => ({
      ...{ event: event['event']!, key: event['key']!, data: event['data']!, id: event['id']! },
      after: lasting(started_at, received(event)),
    }));
}

/** Outputs that are mocked anyway, or that hold times of their own, are not expected. */
function expectationOf({ status, type, output, error, attempt, compensation }: NodeView): JsonObject {
  const computed = type === 'transform' && status === 'completed';
  const tried = (type === 'tool_call' || type === 'agent_call') && (status === 'completed' || status === 'failed');
  return {
    status,
    ...(computed ? { output } : {}),
    ...(error ? { error: { code: error.code } } : {}),
    ...(tried ? { attempts: Math.max(1, attempt) } : {}),
    ...(compensation?.status === 'completed' ? { undone: true } : {}),
  };
}

const lasting = (from: string | null, to: string | null): string =>
  `${from === null || to === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from))}ms`;
