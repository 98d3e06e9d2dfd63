import { weighs } from '../engine/weigh.js';
import { type Change, changesOf } from '../json-diff.js';
import type { Json } from '../json.js';
import { MAX_CHANGE_BYTES, MAX_NODE_CHANGES, MAX_RUN_CHANGES } from '../limits.js';
import type { NodeView, RunView } from './view.js';

/**
 * What is different between two runs, as they are shown: open or closed. Times differ always, so they are told and not compared; the same
 * goes for the ids of child runs. A large value stands in a view as the reference to its artifact, and is compared by its hash.
 */
export interface RunDiff {
  from: RunSide;
  to: RunSide;
  /** No place differs; times may. */
  same: boolean;
  /** Of the run as a whole: `/status`, `/workflow`, `/version`, `/alias`, and places in `/input`, `/output` and `/error`. */
  run: Differences;
  /** Every node of both, in the order of `from`; then those that only `to` has. */
  nodes: NodeDiff[];
}
export interface RunSide {
  id: string;
  workflow: string;
  version: number;
  alias?: string;
  status: string;
  started_at: string | null;
  finished_at: string | null;
  /** From its start to its end; null while it has not ended. */
  duration_ms: number | null;
  /** How often it was redriven; absent: never. */
  redriven?: number;
  /** Of a fork: out of whose past it began, and from which node on it is another. */
  forked_from?: { run_id: string; node_key: string };
}
export interface NodeDiff extends Differences {
  key: string;
  /** Null: the run has no such node. */
  from: NodeSide | null;
  to: NodeSide | null;
}
export interface NodeSide {
  type: string;
  status: string;
  attempt: number;
  /** From when it began (or was queued, where that is all that is known) to its end; null while it has not ended. */
  duration_ms: number | null;
  /** Of a fork's node that was taken over: the run in which it ran. Attempts are not compared then: the fork made none. */
  origin?: string;
}
export interface Differences {
  /** Of a node: `/type`, `/status`, `/attempt`, `/items`, and places in `/input`, `/output` and `/error`. None when only one run has it. */
  changes: RunChange[];
  /** Places that differ beyond those that are shown. */
  more: number;
}
/** A side that weighs too much is left out, and `omitted` says which. */
export interface RunChange extends Change {
  omitted?: ('from' | 'to')[];
}

/** Pure. Bounded: so many places of a node and of all (core/limits.ts), and no large value. */
export function diffRuns(from: RunView, to: RunView): RunDiff {
  const budget = { left: MAX_RUN_CHANGES };
  const run = differences(runFacts(from), runFacts(to), budget);
  const others = new Map(to.nodes.map((node) => [node.key, node]));
  const own = new Set(from.nodes.map(({ key }) => key));
  const nodes = [
    ...from.nodes.map((node) => nodeDiff(node, others.get(node.key), budget)),
    ...to.nodes.filter(({ key }) => !own.has(key)).map((node) => nodeDiff(undefined, node, budget)),
  ];
  const same = [run, ...nodes].every(isSame) && nodes.every((node) => node.from && node.to);
  return { from: runSide(from), to: runSide(to), same, run, nodes };
}

const isSame = ({ changes, more }: Differences): boolean => changes.length === 0 && more === 0;

function nodeDiff(from: NodeView | undefined, to: NodeView | undefined, budget: { left: number }): NodeDiff {
  const compared =
    from && to ? differences(nodeFacts(from, to), nodeFacts(to, from), budget) : { changes: [], more: 0 };
  return { key: (from ?? to)!.key, from: nodeSide(from), to: nodeSide(to), ...compared };
}

/** Counts every place, and shows those that there is room for. */
function differences(from: Json, to: Json, budget: { left: number }): Differences {
  const found: Differences = { changes: [], more: 0 };
  for (const change of changesOf(from, to)) {
    if (budget.left === 0 || found.changes.length === MAX_NODE_CHANGES) found.more++;
    else {
      found.changes.push(bounded(change));
      budget.left--;
    }
  }
  return found;
}

function bounded({ pointer, ...sides }: Change): RunChange {
  const omitted = (['from', 'to'] as const).filter((side) => {
    const value = sides[side];
    return value !== undefined && weighs(value, MAX_CHANGE_BYTES);
  });
  const shown = Object.fromEntries(Object.entries(sides).filter(([side]) => !omitted.some((name) => name === side)));
  return { pointer, ...shown, ...(omitted.length === 0 ? {} : { omitted }) };
}

const runFacts = ({ workflow, version, alias, status, input, output, error }: RunView): Json => ({
  ...{ workflow, version, status, input, output, error: error as unknown as Json },
  ...(alias === undefined ? {} : { alias }),
});
/** Of a node beside the one that it is compared with. One that was taken over may lack what only those look at: attempts, items, an input. */
const nodeFacts = (
  { type, status, attempt, items, input, output, error, origin }: NodeView,
  other: NodeView,
): Json => ({
  ...{ type, status, output, error: error as unknown as Json },
  ...((origin ?? other.origin) === undefined ? { attempt, input } : {}),
  ...(items === undefined || (origin ?? other.origin) !== undefined ? {} : { items: { ...items } }),
});

const runSide = ({ id, workflow, version, alias, status, started_at, finished_at, ...run }: RunView): RunSide => ({
  ...{ id, workflow, version, ...(alias === undefined ? {} : { alias }) },
  ...{ status, started_at, finished_at, duration_ms: between(started_at, finished_at) },
  ...(run.redriven === undefined ? {} : { redriven: run.redriven }),
  ...(run.forked_from === undefined ? {} : { forked_from: run.forked_from }),
});
const nodeSide = (node: NodeView | undefined): NodeSide | null =>
  node === undefined
    ? null
    : {
        ...{ type: node.type, status: node.status, attempt: node.attempt },
        duration_ms: between(node.started_at ?? node.queued_at, node.finished_at),
        ...(node.origin === undefined ? {} : { origin: node.origin }),
      };

const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);
