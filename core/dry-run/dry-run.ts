import type { MapConfig } from '../engine/kinds/map.js';
import { type NodeError } from '../engine/outcome.js';
import { errorOf } from '../engine/bind.js';
import { kindOf } from '../engine/kinds/index.js';
import { evaluateCondition, templateOf } from '../expr/index.js';
import type { NodeScope, Scope } from '../expr/scope.js';
import { isObject, type Json } from '../json.js';
import { apartFromCode } from '../nodes/code.js';
import type { NodeType, Plan, PlanNode } from '../spec/plan.js';
import { bindPartly, missingIn, type PartlyBound } from './partial.js';
import { type Condition, type Ends, firesIn, waysOf, type Went } from './ways.js';

export interface DryNode {
  key: string;
  type: NodeType;
  /** Nodes of one wave may be at work at once; each stands in a later wave than all that lead to it. */
  wave: number;
  /** Whether it runs if nothing fails that would end the run. */
  runs: 'yes' | 'no' | 'maybe';
  /** Whether it acts on something outside of Heddle, or asks a person. */
  acts: boolean;
  /** It is undone when the run does not end well. */
  compensates?: true;
  /** What it would be bound with: strings that read what is not known yet stand as they are written. Null when it does not run. */
  input: Json;
  unknown: PartlyBound['unknown'];
  /** Of a transform whose value is known. */
  output?: Json;
  /** How many items a map would go over, when its list is known. */
  items?: number;
  /** It would fail with this, whatever the world answers. */
  error?: NodeError;
  /** Not known until prices are. */
  cost: null;
}
export interface DryEdge {
  from: string;
  to: string;
  on: 'success' | 'failure' | 'always';
  condition?: string;
  /** The ways that it may go. */
  ways: Went[];
}
export interface DryRun {
  input: Json;
  nodes: DryNode[];
  edges: DryEdge[];
  /** Keys, wave by wave, without those that do not run. */
  waves: string[][];
  output: Json;
  output_unknown: PartlyBound['unknown'];
  cost: null;
}

/**
 * What a run with this input would do, as far as that is known without doing it: expressions are evaluated when they read the input and
 * what follows from it alone. `input` has been checked, with its defaults filled in. Pure; nothing is called, stored or started.
 */
export function dryRun(
  plan: Plan,
  input: Json,
  run: { workflow: string; version: number; starter: string; metadata: Json },
): DryRun {
  const known: Record<string, NodeScope> = {};
  const scope: Scope = { input, nodes: known, run: { id: '', started_at: '', ...run } };
  const ends: Ends[] = [];
  const ways: Set<Went>[] = [];
  const nodes: DryNode[] = [];
  for (const node of plan.nodes) {
    for (const edge of node.in) {
      const { from, condition } = plan.edges[edge]!;
      ways[edge] = waysOf(plan.edges[edge]!, ends[from]!, conditionOf(condition, scope));
    }
    const runs = firesIn(
      node.join,
      node.in.map((edge) => ways[edge]!),
    );
    const wave = 1 + Math.max(0, ...node.in.map((edge) => nodes[plan.edges[edge]!.from]!.wave));
    const dry = dryNode(node, runs, wave, scope);
    nodes.push(dry);
    ends.push(endsOf(node, dry));
    if (runs === 'no') known[node.key] = { status: 'skipped', output: null, error: null };
    if (runs === 'yes' && 'output' in dry) known[node.key] = { status: 'completed', output: dry.output!, error: null };
  }
  const { value: output, unknown: output_unknown } = partly(plan.output ?? null, scope);
  return {
    ...{ input, nodes, edges: plan.edges.map((edge, index) => dryEdge(plan, edge, ways[index]!)) },
    ...{ waves: wavesOf(nodes), output, output_unknown, cost: null },
  };
}

function conditionOf(condition: string | undefined, scope: Scope): Condition {
  if (condition === undefined) return true;
  if (missingIn(templateOf(condition), scope).length > 0) return 'unknown';
  try {
    return evaluateCondition(condition, scope);
  } catch (err) {
    errorOf(err); // anything but a failed evaluation is a bug and goes on up
    return 'failed';
  }
}

function dryNode(
  { key, type, config, compensate }: PlanNode,
  runs: DryNode['runs'],
  wave: number,
  scope: Scope,
): DryNode {
  const undone = compensate ? { compensates: true as const } : {};
  const base = { key, type, wave, runs, acts: ACTS[type](config), cost: null, ...undone };
  if (runs === 'no') return { ...base, input: null, unknown: [] };
  const template = templateIn(type, config);
  try {
    const { value, unknown } = bindPartly(template, scope);
    const over = type === 'map' && isObject(value) ? value['over'] : undefined;
    return {
      ...{ ...base, input: value, unknown },
      ...(type === 'transform' && unknown.length === 0 ? { output: value } : {}),
      ...(Array.isArray(over) ? { items: over.length } : {}),
    };
  } catch (err) {
    return { ...base, input: template, unknown: [], error: errorOf(err) };
  }
}

/** What of a config holds expressions: of a map its body, too. A function's code may hold `${ }` of its own. */
function templateIn(type: NodeType, config: Json): Json {
  if (type !== 'map' || !isObject(config)) return kindOf({ type } as PlanNode).template(config);
  const { do: body } = config;
  return isObject(body) ? { ...config, do: { ...body, config: apartFromCode(body['config'] ?? {}).template } } : config;
}

/** Whether a node of the type reaches beyond the run. A function has no network; an agent, a person and another workflow may do anything. */
const ACTS: Record<NodeType, (config: Json) => boolean> = {
  tool_call: (config) => (config as { tool: string }).tool === 'http',
  agent_call: () => true,
  transform: () => false,
  wait: () => false,
  subworkflow: () => true,
  map: (config) => {
    const body = (config as unknown as MapConfig).do;
    return ACTS[body.type](body.config);
  },
  human_gate: () => true,
};

/** A failure that ends the run is left out: nothing would come after it. */
function endsOf({ type, on_error }: PlanNode, { runs, error, output }: DryNode): Ends {
  const ends = new Set<'completed' | 'failed' | 'skipped'>();
  if (runs !== 'yes') ends.add('skipped');
  if (runs === 'no') return ends;
  if (!error) ends.add('completed');
  const canFail = error || !(type === 'transform' && output !== undefined);
  if (canFail && (on_error === 'continue' || error)) ends.add('failed');
  return ends;
}

function partly(template: Json, scope: Scope): PartlyBound {
  try {
    return bindPartly(template, scope);
  } catch (err) {
    errorOf(err);
    return { value: template, unknown: [] };
  }
}

function dryEdge(plan: Plan, { from, to, on, condition }: Plan['edges'][number], ways: Set<Went>): DryEdge {
  const key = (node: number) => plan.nodes[node]!.key;
  return {
    ...{ from: key(from), to: key(to), on },
    ...(condition === undefined ? {} : { condition }),
    ways: [...ways],
  };
}

function wavesOf(nodes: readonly DryNode[]): string[][] {
  const waves: string[][] = [];
  for (const { key, wave, runs } of nodes) if (runs !== 'no') (waves[wave - 1] ??= []).push(key);
  return waves.filter((wave) => wave.length > 0);
}
