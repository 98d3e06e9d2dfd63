import { canonical } from '../canonical.js';
import { sameExpression, sameText } from '../expr/same.js';
import { type Change, changesOf, isSame, type SameText } from '../json-diff.js';
import type { Json } from '../json.js';
import { pairs, type Pairing } from './pairs.js';
import type { Plan, PlanEdge, PlanNode } from './plan.js';

/**
 * What is different between two plans, by their structure: the order in which a spec lists its nodes and edges, defaults that are written
 * out, and how an expression is spaced or quoted do not count. Pointers lead into the part that they stand with.
 */
export interface PlanDiff {
  /** Of the workflow as a whole: name, description, schema of the input, output, limits of a run. */
  workflow: Change[];
  nodes: {
    added: NodeName[];
    removed: NodeName[];
    /** Type and config are the same under another key; there may be changes besides. */
    renamed: { from: string; to: string; changes: Change[] }[];
    changed: { key: string; changes: Change[] }[];
  };
  /** Edges of renamed nodes go by the new keys. */
  edges: {
    added: EdgeName[];
    removed: EdgeName[];
    /** Another condition or another `on`; the edge is named as it is now. */
    changed: (EdgeName & { changes: Change[] })[];
  };
}
export interface NodeName {
  key: string;
  type: string;
}
export interface EdgeName {
  from: string;
  to: string;
  on: string;
}

/** Pure and deterministic: nodes and edges in the order of their plans, what is in both in that of `to`. */
export function diffPlans(from: Plan, to: Plan): PlanDiff {
  const nodes = pairs(from.nodes, to.nodes, [({ key }) => key]);
  const renamed = pairs(nodes.removed, nodes.added, [formOf, (node) => canonical([node.type, node.config])]);
  const newKey = new Map(renamed.both.map(([a, b]) => [a.key, b.key]));
  const edges = pairEdges(from, to, newKey);
  return {
    workflow: [...changesOf(workflowOf(from), workflowOf(to), '', outputIsTemplate)],
    nodes: {
      added: renamed.added.map(nameOf),
      removed: renamed.removed.map(nameOf),
      renamed: renamed.both.map(([a, b]) => ({ from: a.key, to: b.key, changes: nodeChanges(a, b) })),
      changed: nodes.both.flatMap(([a, b]) => unlessSame({ key: b.key }, nodeChanges(a, b))),
    },
    edges: {
      added: edges.added.map(edgeName),
      removed: edges.removed.map(edgeName),
      changed: edges.both.flatMap(([a, b]) => unlessSame(edgeName(b), edgeChanges(a, b))),
    },
  };
}

const unlessSame = <T extends object>(what: T, changes: Change[]): (T & { changes: Change[] })[] =>
  changes.length === 0 ? [] : [{ ...what, changes }];

/** What the plan says of the workflow. */
const workflowOf = ({ nodes: _nodes, edges: _edges, ...rest }: Plan): Json => rest as unknown as Json;
/** What the plan says of the node itself; what follows from the edges and the config is left out. */
function nodeOf({ key: _key, in: _in, out: _out, reads: _reads, compensate, ...rest }: PlanNode): Json {
  if (!compensate) return rest as unknown as Json;
  const { reads: _undoReads, ...undo } = compensate;
  return { ...rest, compensate: undo } as unknown as Json;
}

const nameOf = ({ key, type }: PlanNode): NodeName => ({ key, type });

function nodeChanges(a: PlanNode, b: PlanNode): Change[] {
  const [from, to] = [nodeOf(a), nodeOf(b)];
  return isSame(from, to) ? [] : [...changesOf(from, to, '', configIsTemplate)];
}

const outputIsTemplate: SameText = (a, b, pointer) => /^\/output(\/|$)/.test(pointer) && sameText(a, b);
/** A function's code is no template: `${ }` in it is JavaScript's. */
const configIsTemplate: SameText = (a, b, pointer) =>
  /^(\/compensate)?\/config\//.test(pointer) &&
  !/^(\/compensate)?\/config(\/do\/config)?\/code$/.test(pointer) &&
  sameText(a, b);

const formOf = (node: PlanNode): string => canonical(nodeOf(node));

type NamedEdge = EdgeName & Pick<PlanEdge, 'condition'>;
const edgeName = ({ from, to, on }: NamedEdge): EdgeName => ({ from, to, on });

/** Edges lead the same way when their ends are the same; of several, first those on the same outcome. */
function pairEdges(from: Plan, to: Plan, newKey: ReadonlyMap<string, string>): Pairing<NamedEdge> {
  const before = namedEdges(from).map((edge) => ({
    ...edge,
    from: newKey.get(edge.from) ?? edge.from,
    to: newKey.get(edge.to) ?? edge.to,
  }));
  return pairs(before, namedEdges(to), [
    (edge) => canonical([edge.from, edge.to, edge.on]),
    (edge) => canonical([edge.from, edge.to]),
  ]);
}

const namedEdges = ({ nodes, edges }: Plan): NamedEdge[] =>
  edges.map(({ from, to, on, condition }) => ({
    ...{ from: nodes[from]!.key, to: nodes[to]!.key, on },
    ...(condition === undefined ? {} : { condition }),
  }));

const edgeChanges = (a: NamedEdge, b: NamedEdge): Change[] => [
  ...changesOf({ ...a }, { ...b }, '', (one, other, pointer) => pointer === '/condition' && sameExpression(one, other)),
];

/** True when nothing is different. */
export const isEmptyDiff = ({ workflow, nodes, edges }: PlanDiff): boolean =>
  [workflow, ...Object.values(nodes), ...Object.values(edges)].every((list) => list.length === 0);
