import { ownLimit } from '../contract/limits.js';
import { conditionReads, nodeReads } from '../expr/index.js';
import { DEFAULT_PARALLEL } from '../limits.js';
import { definitionOf } from '../nodes/index.js';
import { planCompensation } from '../nodes/compensation.js';
import { nodeTimeout, retryPolicy } from '../nodes/policies.js';
import type { Link } from './draft.js';
import { parseDuration } from './duration.js';
import type { LimitUse, Plan, PlanEdge, PlanNode } from './plan.js';
import type { Spec, SpecLimits, SpecNode } from './schema.js';

/** Puts the plan together: nodes in topological order, everything by index, defaults filled in. */
export function assemble(spec: Spec, links: readonly Link[], order: readonly number[]): Plan {
  const position = new Map(order.map((node, index) => [node, index]));
  const edges = links.map(
    ({ from, to, edge: { on, condition } }): PlanEdge => ({
      from: position.get(from)!,
      to: position.get(to)!,
      on,
      ...(condition === undefined ? {} : { condition }),
      reads: condition === undefined ? [] : conditionReads(condition),
    }),
  );
  const incoming: number[][] = order.map(() => []);
  const outgoing: number[][] = order.map(() => []);
  for (const [index, { from, to }] of edges.entries()) {
    incoming[to]!.push(index);
    outgoing[from]!.push(index);
  }
  const { timeout, max_parallel = DEFAULT_PARALLEL, mailbox, priority } = spec.limits?.run ?? {};
  const limit = runLimit(spec);
  return {
    plan_format: 1,
    expressions: 'cel-js/8.0.0',
    name: spec.name,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.input === undefined ? {} : { input: spec.input }),
    ...(spec.index === undefined ? {} : { index: spec.index }),
    nodes: order.map((index, place) => planNode(spec.nodes[index]!, incoming[place]!, outgoing[place]!)),
    edges,
    ...(spec.output === undefined ? {} : { output: spec.output }),
    run: {
      ...(timeout === undefined ? {} : { timeout_ms: parseDuration(timeout)! }),
      max_parallel,
      ...(mailbox === undefined ? {} : { mailbox: { ttl_ms: parseDuration(mailbox.ttl)! } }),
      ...(limit ? { limit } : {}),
      ...(priority === undefined ? {} : { priority }),
    },
  };
}

/** A key without a limit: one run of the workflow at a time. */
function runLimit({ name: workflow, limits }: Spec): LimitUse | undefined {
  const { limit, concurrency_key: key } = limits?.run ?? {};
  if (limit === undefined && key === undefined) return undefined;
  return { name: limit ?? ownLimit(workflow), ...(key === undefined ? {} : { key }) };
}

/** By name: all nodes of all runs ask in this order, so that no two wait for each other. */
const limitsOf = (node: SpecNode): LimitUse[] =>
  ((node as { limits?: SpecLimits }).limits ?? [])
    .map((use) =>
      typeof use === 'string' ? { name: use } : { name: use.name, ...(use.key === undefined ? {} : { key: use.key }) },
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));

function planNode(node: SpecNode, into: number[], out: number[]): PlanNode {
  const definition = definitionOf(node.type);
  const limits = limitsOf(node);
  const templates = [
    ...definition.templates(node.config).map(({ template }) => template),
    ...limits.flatMap(({ key }) => key ?? []),
  ];
  const reads = new Set(templates.flatMap((template) => nodeReads(template)));
  return {
    key: node.key,
    type: node.type,
    ...(node.description === undefined ? {} : { description: node.description }),
    config: definition.plan(node.config),
    reads: [...reads],
    in: into,
    out,
    join: node.join,
    losers: node.losers,
    on_error: node.on_error,
    retry: retryPolicy(node.retry, definition.attempts),
    timeout: nodeTimeout(node.timeout, definition.attempt_ms),
    ...(node.output === undefined ? {} : { output: node.output }),
    ...(node.fuse === 'auto' ? {} : { fuse: node.fuse }),
    ...(node.compensate === undefined ? {} : { compensate: planCompensation(node.compensate) }),
    ...(limits.length === 0 ? {} : { limits }),
  };
}
