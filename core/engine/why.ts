import type { NodeView, RunView } from '../events/view.js';
import { isObject } from '../json.js';
import type { Plan } from '../spec/plan.js';
import { isFinal } from './state.js';

/** Why a run stands where it stands, from facts alone: its view, and the plan's edges. */
export interface RunWhy {
  status: RunView['status'];
  /** One sentence. */
  why: string;
  /** Of a run that did not complete: the earliest failure that led to its end, which need not be the last one. */
  first_cause: FirstCause | null;
  /** Nodes that have something to say: what they wait for, why they were skipped, with what they failed. */
  nodes: { key: string; status: NodeView['status']; why: string }[];
}
export interface FirstCause {
  /** Null: the run itself, such as its timeout. */
  node: string | null;
  code: string;
  message: string;
  at: string | null;
  /** Of a subworkflow node: ask that run. */
  run_id?: string;
}

export function whyOfRun(view: RunView, plan: Plan): RunWhy {
  const first_cause = firstCause(view, plan);
  return {
    status: view.status,
    why: sentence(view, first_cause),
    first_cause,
    nodes: view.nodes.flatMap(({ key, status, why, error }) => {
      const said = why ?? (error ? `${error.code}: ${error.message}` : null);
      return said === null ? [] : [{ key, status, why: said }];
    }),
  };
}

/** Follows the failed node's ways back: a failure that was routed on may have brought about the one that ended the run. */
function firstCause({ status, error, nodes }: RunView, plan: Plan): FirstCause | null {
  if (status === 'completed' || !error) return null;
  const last = isObject(error.details) ? error.details['node'] : undefined;
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  if (typeof last !== 'string' || !byKey.has(last))
    return { node: null, code: error.code, message: error.message, at: null };
  const index = new Map(plan.nodes.map(({ key }, at) => [key, at]));
  const behind = new Set([index.get(last)!]);
  for (const at of behind) for (const edge of plan.nodes[at]!.in) behind.add(plan.edges[edge]!.from);
  const [first] = [...behind]
    .sort((a, b) => a - b)
    .map((at) => byKey.get(plan.nodes[at]!.key)!)
    .filter((node) => node.error !== null)
    .sort((a, b) => (a.finished_at ?? '').localeCompare(b.finished_at ?? ''));
  const { key, error: own, finished_at, run_id } = first ?? byKey.get(last)!;
  const { code, message } = own ?? error;
  return { node: key, code, message, at: finished_at, ...(run_id === undefined ? {} : { run_id }) };
}

function sentence({ status, error, nodes }: RunView, cause: FirstCause | null): string {
  switch (status) {
    case 'queued':
      return 'it was accepted, and no worker has begun it yet';
    case 'paused':
      return 'it is paused: nothing begins until it is resumed';
    case 'held':
      return inShort(nodes.filter((node) => node.status === 'held' || node.compensation?.status === 'held'));
    case 'waiting':
      return inShort(nodes.filter(({ status: of, why }) => of === 'waiting' || (why !== null && BEFORE_WORK.has(of))));
    case 'running':
      return inShort(nodes.filter(isAtWork));
    case 'completed':
      return 'it completed';
    default:
      return cause
        ? `${cause.node ?? 'it'} ended with ${cause.code}: ${cause.message}`
        : (error?.message ?? `it was ${status}`);
  }
}

const isAtWork = ({ status, compensation }: NodeView): boolean =>
  (!isFinal(status) && status !== 'pending') || compensation?.status === 'running';

/** Such a node may wait for a place of a limit. */
const BEFORE_WORK: ReadonlySet<NodeView['status']> = new Set(['queued', 'running'] as const);
const SHOWN = 3;

function inShort(nodes: NodeView[]): string {
  if (nodes.length === 0) return 'it goes on with its next step';
  const said = nodes.slice(0, SHOWN).map(({ key, status, why }) => `${key} ${why ?? `is ${status}`}`);
  return [...said, ...(nodes.length > SHOWN ? [`and ${nodes.length - SHOWN} more nodes`] : [])].join('; ');
}
