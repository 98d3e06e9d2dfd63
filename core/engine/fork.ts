import type { RunRef } from '../contract/work.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { beginAgain, carriedOver, indexIn, keysOf, type Past } from './redrive.js';
import { ENGINE, isFinal, type NodeState, pendingNode, type RunStart } from './state.js';
import type { Walk } from './walk.js';

/** What a person wants to be otherwise in a run that is told again from a node on. */
export interface ForkWish {
  actor: string;
  reason: string;
  /** RFC 3339. */
  at: string;
  from: string;
  /** Instead of what the node's expressions gave. */
  input?: Json;
  /** The node has it, and does not run. */
  output?: Json;
}

/**
 * The start of a new run out of the past of another, which may be open still: what does not hang on the node `from`, and has settled, is
 * taken over from the record with its output; `from`, unless its output is given, and all that comes behind it run under the new run's own
 * keys. So does what had not settled, and what had failed for good. Throws NOT_FOUND, NODE_STATE.
 */
export function forked(
  { walk }: Past,
  wish: ForkWish,
  { run, scope, author }: Pick<RunStart, 'scope' | 'author'> & { run: RunRef },
): RunStart {
  const { from: node_key, actor, reason, at } = wish;
  const from = indexIn(walk, node_key);
  refuse(walk, from, wish);
  const behind = reachedFrom(walk, from);
  const again = beginAgain(walk, (node) => behind.has(node) || hadFailed(walk, node));
  const carried = carriedOver(walk, again, (index) =>
    index === from ? changed(walk.nodes[from]!, wish) : pendingNode(0),
  );
  for (const node of carried.nodes) if (!again[node.index]) node.origin ??= walk.start.run.id;
  const begins = keysOf(walk, again).filter((key) => key !== node_key || wish.output === undefined);
  return {
    ...{ engine: ENGINE, plan: walk.plan, run, scope, input: walk.start.input, segment: 0 },
    ...(author === undefined ? {} : { author }),
    carried: { ...carried, started_at: 0 },
    takes_up: { is: 'fork', from: { run_id: walk.start.run.id, node_key }, actor, reason, at, begins },
  };
}

function refuse(walk: Walk, from: number, { input, output }: ForkWish): void {
  const { status, input: before } = walk.nodes[from]!;
  const fault = (why: string) => new Fault('NODE_STATE', `node ${walk.key(from)} ${why}`, { details: { status } });
  if (!isFinal(status)) throw fault(`is ${status}: a run is forked from what has settled`);
  if (input !== undefined && output !== undefined) throw fault('can’t have both another input and an output');
  if (input !== undefined && before === null) throw fault('had no input that could be replaced');
}

/** With all that hangs on it. Nodes are in topological order. */
function reachedFrom(walk: Walk, from: number): Set<number> {
  const reached = new Set([from]);
  for (const [index, node] of walk.plan.nodes.entries())
    if (node.in.some((edge) => reached.has(walk.plan.edges[edge]!.from))) reached.add(index);
  return reached;
}

/** A failure that the spec does not live with is no past to go on from. */
const hadFailed = (walk: Walk, node: number): boolean =>
  walk.nodes[node]!.status === 'failed' && walk.plan.nodes[node]!.on_error !== 'continue';

function changed({ queued_at, finished_at }: NodeState, { input, output }: ForkWish): NodeState {
  const state = pendingNode(0);
  if (input !== undefined) return { ...state, edited: input };
  return output === undefined ? state : { ...state, status: 'completed', output, queued_at, finished_at };
}
