import { resolveEdge } from '../../../../../core/engine/edges.js';
import type { NodeView } from '../../../../../core/events/view.js';
import type { Scope } from '../../../../../core/expr/scope.js';
import type { Plan, PlanEdge } from '../../../../../core/spec/plan.js';
import { shortCondition } from '../../../lib/condition.js';
import { crowdedEnds } from '../../../lib/layout/index.js';
import type { RunHead } from '../live/index.js';

/** `pending`: it has not resolved; `unknown`: its condition reads what is not at hand here. */
export type EdgeLook = 'pending' | 'taken' | 'not_taken' | 'failed' | 'unknown';
type Nodes = ReadonlyMap<string, NodeView>;
/** Evaluates a condition; undefined: it can't be told here. Throws when the condition has no value. */
export type Evaluate = (edge: PlanEdge, scope: Scope) => boolean | undefined;

/**
 * How each edge of the plan resolved, by the rules that the run itself follows. Answers are kept as long as the edge's node stays the same:
 * a condition is evaluated once.
 */
export function edgeLooks(plan: Plan): (nodes: Nodes, run: RunHead, evaluate: Evaluate | undefined) => EdgeLook[] {
  const kept: { node: NodeView | undefined; evaluate: Evaluate | undefined; look: EdgeLook }[] = [];
  return (nodes, run, evaluate) =>
    plan.edges.map((edge, index) => {
      const node = nodes.get(plan.nodes[edge.from]!.key);
      const known = kept[index];
      if (known && known.node === node && known.evaluate === evaluate) return known.look;
      const look = node ? lookOf(plan, edge, { node, nodes, run, evaluate }) : 'pending';
      kept[index] = { node, evaluate, look };
      return look;
    });
}

interface Facts {
  node: NodeView;
  nodes: Nodes;
  run: RunHead;
  evaluate: Evaluate | undefined;
}

function lookOf(plan: Plan, edge: PlanEdge, { node, nodes, run, evaluate }: Facts): EdgeLook {
  if (!SETTLED.has(node.status)) return 'pending';
  // Such a failure ends the run before anything follows from it.
  if (node.status === 'failed' && plan.nodes[edge.from]!.on_error === 'fail_run') return 'not_taken';
  const resolved = resolveEdge(edge, node.status);
  if (resolved !== 'ask') return resolved;
  try {
    const value = evaluate?.(edge, scopeOf(edge, nodes, run));
    return value === undefined ? 'unknown' : value ? 'taken' : 'not_taken';
  } catch {
    return 'failed'; // as in the run: a condition without a value fails its edge
  }
}
const SETTLED: ReadonlySet<string> = new Set(['completed', 'failed', 'skipped', 'cancelled']);

function scopeOf({ reads }: PlanEdge, nodes: Nodes, run: RunHead): Scope {
  const read = reads.flatMap((key) => {
    const node = nodes.get(key);
    return node ? [[key, { status: node.status, output: node.output, error: node.error }] as const] : [];
  });
  const { id, workflow, version, starter, metadata } = run;
  return {
    input: run.input,
    nodes: Object.fromEntries(read),
    run: { id, workflow, version, starter, metadata, started_at: run.started_at ?? run.created_at },
  };
}

/** What stands at an edge from a node of that key: nothing for one that is taken on success without a condition. */
export function labelOf({ on, condition }: PlanEdge, from: string): string | undefined {
  const when = on === 'success' ? '' : on === 'failure' ? 'on failure' : 'always';
  const text = [when, condition === undefined ? '' : `if ${short(shortCondition(condition, from))}`]
    .filter(Boolean)
    .join(', ');
  return text === '' ? undefined : text;
}

/** The nodes, by their index, that more than one edge with a label leads to. */
export const crowdedOf = ({ edges }: Plan): ReadonlySet<number> =>
  crowdedEnds(edges.filter((edge) => labelOf(edge, '') !== undefined).map(({ to }) => to));

const MOST = 34;
const short = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1).toWellFormed()}…` : text);

/** In words, for the list and for those who listen. */
export const EDGE_WORDS: Record<EdgeLook, string> = {
  pending: 'not resolved yet',
  taken: 'taken',
  not_taken: 'not taken',
  failed: 'failed',
  unknown: 'resolved; its condition reads what is not shown here',
};
