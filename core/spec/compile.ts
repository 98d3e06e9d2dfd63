import { ExpressionChecker, type Finding } from '../expr/check.js';
import { nodeReads } from '../expr/index.js';
import { pathsOfText } from '../expr/engine.js';
import { expressionsOf } from '../expr/template.js';
import { Fault } from '../fault.js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { DEFAULT_PARALLEL, MAX_EDGES, MAX_NODES } from '../limits.js';
import { definitionOf } from '../nodes/index.js';
import { nodeTimeout, retryPolicy } from '../nodes/policies.js';
import { parseDuration } from './duration.js';
import { ancestry, cyclesOf, type GraphEdge, livenessOf, topologicalOrder } from './graph.js';
import { problemsOf } from './issues.js';
import { type Parsed, parseSpec, pointerOf, type SpecFormat } from './parse.js';
import type { Plan, PlanEdge, PlanNode } from './plan.js';
import { nearest, type Problem, type ProblemCode } from './problems.js';
import { type Spec, type SpecEdge, type SpecNode, specSchema } from './schema.js';

export interface CompileOptions {
  format?: SpecFormat;
  /** Says what is wrong with a JSON Schema, if anything: core has no validator of its own. */
  schemaProblem?: (schema: JsonSchema) => string | undefined;
}
export type Compiled = { ok: true; plan: Plan; spec: Json } | { ok: false; problems: Problem[] };

/**
 * Compiles a spec, or refuses it whole with every problem found (P5). Pure and deterministic: the same text gives the same plan,
 * byte for byte.
 */
export function compile(text: string, options: CompileOptions = {}): Compiled {
  const result = parseSpec(text, options.format ?? 'yaml');
  if (!result.ok) return result;
  return new Compilation(result.parsed, options).run();
}

type Path = readonly PropertyKey[];

class Compilation {
  private readonly parsed: Parsed;
  private readonly options: CompileOptions;
  private readonly problems: Problem[] = [];
  private nodes: (SpecNode | undefined)[] = [];
  private keys: (string | undefined)[] = [];
  private edges: { index: number; from: number; to: number; edge: SpecEdge }[] = [];

  constructor(parsed: Parsed, options: CompileOptions) {
    this.parsed = parsed;
    this.options = options;
  }

  run(): Compiled {
    const { value } = this.parsed;
    if (!this.withinLimits(value)) return this.refuse();
    const shape = specSchema.safeParse(value);
    if (!shape.success) this.problems.push(...problemsOf(shape.error.issues, this.parsed));
    const spec = shape.success ? shape.data : this.salvage(value);
    this.nodes = spec.nodes;
    this.findKeys(value);
    this.connect(spec.edges);
    const graph = this.edges.map(
      ({ from, to, edge }): GraphEdge => ({ from, to, on: edge.on, never: edge.condition?.trim() === 'false' }),
    );
    const order = topologicalOrder(this.nodes.length, graph);
    this.proveGraph(graph, order);
    this.checkSchemas(spec);
    this.checkExpressions(spec, graph);
    if (this.problems.length > 0 || !shape.success) return this.refuse();
    return { ok: true, plan: this.plan(shape.data, order), spec: value };
  }

  private refuse(): Compiled {
    const seen = new Set<string>();
    const problems = this.problems
      .filter(({ code, line, column, pointer }) => {
        const key = `${code} ${line} ${column} ${pointer}`;
        return !seen.has(key) && Boolean(seen.add(key));
      })
      .sort((a, b) => a.line - b.line || a.column - b.column);
    return { ok: false, problems };
  }

  private report(code: ProblemCode, path: Path, message: string, suggestion?: string): void {
    this.problems.push({
      code,
      pointer: pointerOf(path),
      ...this.parsed.placeOf(path),
      message,
      ...(suggestion ? { suggestion } : {}),
    });
  }

  private withinLimits(value: Json): boolean {
    const [nodes, edges] = [listOf(value, 'nodes').length, listOf(value, 'edges').length];
    if (nodes > MAX_NODES)
      this.report('TOO_MANY_NODES', ['nodes'], `there are ${nodes} nodes; a spec may have ${MAX_NODES}`);
    if (edges > MAX_EDGES)
      this.report('TOO_MANY_EDGES', ['edges'], `there are ${edges} edges; a spec may have ${MAX_EDGES}`);
    return this.problems.length === 0;
  }

  /** The parts of a misshapen spec that are well formed, so that the graph and the expressions are checked all the same. */
  private salvage(value: Json): Pick<Spec, 'input' | 'output' | 'edges'> & { nodes: (SpecNode | undefined)[] } {
    const { nodes: nodeList, edges: edgeList } = specSchema.shape;
    const nodes = listOf(value, 'nodes').map((node) => nodeList.element.safeParse(node).data);
    const edges = listOf(value, 'edges').flatMap((edge) => edgeList.unwrap().element.safeParse(edge).data ?? []);
    const { input, output } = isObject(value) ? value : {};
    return { nodes, edges, input: isObject(input) ? input : undefined, output };
  }

  private findKeys(value: Json): void {
    const first = new Map<string, number>();
    this.keys = listOf(value, 'nodes').map((node, index) => {
      const key = isObject(node) && typeof node['key'] === 'string' ? node['key'] : undefined;
      if (key === undefined) return undefined;
      if (first.has(key))
        this.report('DUPLICATE_NODE', ['nodes', index, 'key'], `node ${key} stands at nodes/${first.get(key)} already`);
      else first.set(key, index);
      return key;
    });
  }

  private connect(edges: readonly SpecEdge[]): void {
    const indexOf = new Map(this.keys.map((key, index) => [key, index]).reverse() as [string, number][]);
    const ways = new Set<string>();
    for (const [index, edge] of edges.entries()) {
      const ends = (['from', 'to'] as const).map((end) => {
        const node = indexOf.get(edge[end]);
        if (node === undefined)
          this.report(
            'UNKNOWN_NODE',
            ['edges', index, end],
            `there is no node ${edge[end]}`,
            nearest(edge[end], indexOf.keys()),
          );
        return node;
      });
      const [from, to] = ends;
      if (from === undefined || to === undefined) continue;
      const way = `${edge.from} ${edge.to} ${edge.on}`;
      if (from === to) this.report('SELF_EDGE', ['edges', index], `the edge leads from ${edge.from} to itself`);
      else if (ways.has(way))
        this.report(
          'DUPLICATE_EDGE',
          ['edges', index],
          `another edge leads from ${edge.from} to ${edge.to} on ${edge.on}; put both conditions into one with ||`,
        );
      else this.edges.push({ index, from, to, edge });
      ways.add(way);
    }
  }

  private proveGraph(graph: GraphEdge[], order: number[]): void {
    for (const cycle of cyclesOf(this.nodes.length, graph, order)) {
      const names = [...cycle, cycle[0]!].map((node) => this.keys[node]);
      const closing = this.edges.find(({ from, to }) => from === cycle.at(-1) && to === cycle[0]);
      this.report('CYCLE', ['edges', closing?.index ?? 0], `the edges form a circle: ${names.join(' → ')}`);
    }
    if (order.length < this.nodes.length) return;
    const nodes = this.nodes.map((node, index) => ({
      key: this.keys[index] ?? '',
      join: node?.join ?? 'all',
      canFail: node?.on_error !== 'fail_run',
    }));
    const { deadEdges, unreachable, impossible } = livenessOf(nodes, graph, order);
    for (const { edge, why } of deadEdges) {
      const { index, edge: found } = this.edges[edge]!;
      if (why === 'never')
        this.report('EDGE_NEVER_TAKEN', ['edges', index, 'condition'], 'the condition is always false');
      else
        this.report(
          'EDGE_NEVER_TAKEN',
          ['edges', index, 'on'],
          `when ${found.from} fails the run fails, so this edge is never taken`,
          `on_error: continue on node ${found.from}`,
        );
    }
    for (const node of unreachable)
      this.report('UNREACHABLE_NODE', ['nodes', node, 'key'], `no edge to ${this.keys[node]} can ever be taken`);
    for (const { node, most } of impossible) {
      this.report(
        'JOIN_CANNOT_FIRE',
        ['nodes', node, 'join'],
        `the join waits for ${(this.nodes[node]!.join as { n: number }).n} edges, but at most ${most} can be taken together`,
      );
    }
  }

  private checkSchemas(spec: { input?: JsonSchema | undefined }): void {
    const check = (schema: Json | undefined, path: Path) => {
      const wrong = isObject(schema) ? this.options.schemaProblem?.(schema) : undefined;
      if (wrong) this.report('BAD_SCHEMA', path, wrong);
    };
    check(spec.input, ['input']);
    for (const [index, node] of this.nodes.entries()) {
      check(node?.output as JsonSchema | undefined, ['nodes', index, 'output']);
      if (node?.type === 'map')
        check((node.config as { do: { output?: JsonSchema } }).do.output, ['nodes', index, 'config', 'do', 'output']);
    }
  }

  private checkExpressions(
    spec: { input?: JsonSchema | undefined; output?: Json | undefined },
    graph: GraphEdge[],
  ): void {
    const outputs = new Map(
      this.nodes.flatMap((node, index) =>
        this.keys[index] === undefined ? [] : [[this.keys[index], outputOf(node)] as const],
      ),
    );
    const read = new Set<string>();
    const texts: Expression[] = [...this.expressions(spec)];
    for (const { text } of texts)
      for (const [root, key] of pathsOfText(text)) if (root === 'nodes' && key !== undefined) read.add(key);
    const checker = new ExpressionChecker({
      input: spec.input ?? {},
      nodes: new Map([...outputs].filter(([key]) => read.has(key))),
      allNodes: [...outputs.keys()],
    });
    const isAncestor = ancestry(this.nodes.length, graph);
    const indexOf = new Map(this.keys.map((key, index) => [key, index]));
    for (const expression of texts) {
      const { type, findings } = checker.check(expression.text, expression.scope);
      for (const finding of findings) this.reportFinding(expression, finding);
      if (type === undefined) continue;
      this.checkType(expression, type);
      if (expression.reader === undefined) continue;
      for (const [root, key] of pathsOfText(expression.text)) {
        const target = root === 'nodes' && key !== undefined ? indexOf.get(key) : undefined;
        if (
          target === undefined ||
          isAncestor(target, expression.reader) ||
          (expression.self && target === expression.reader)
        )
          continue;
        const who = this.keys[expression.reader];
        const start = Math.max(0, expression.text.indexOf(key!));
        this.reportFinding(expression, {
          code: 'NOT_UPSTREAM',
          message: `${key} is not upstream of ${who}: no way leads from it to there`,
          start,
          suggestion: `an edge from ${key} to ${who}`,
        });
      }
    }
  }

  private *expressions(spec: { output?: Json | undefined }): Generator<Expression> {
    for (const [index, node] of this.nodes.entries()) {
      if (!node) continue;
      for (const part of definitionOf(node.type).templates(node.config)) {
        const base: Path = ['nodes', index, 'config', ...segments(part.pointer)];
        yield* this.inTemplate(part.template, base, {
          scope: part.scope,
          reader: index,
          ...(node.type === 'map' && part.pointer === '/over' ? { expects: 'list' as const } : {}),
        });
      }
    }
    for (const { index, from, edge } of this.edges) {
      if (edge.condition !== undefined)
        yield {
          text: edge.condition,
          path: ['edges', index, 'condition'],
          offset: 0,
          scope: 'node',
          reader: from,
          self: true,
          expects: 'bool',
        };
    }
    if (spec.output !== undefined) yield* this.inTemplate(spec.output, ['output'], { scope: 'node' });
  }

  private *inTemplate(
    template: Json,
    base: Path,
    rest: Pick<Expression, 'scope'> & Partial<Expression>,
  ): Generator<Expression> {
    try {
      for (const { text, pointer, start } of expressionsOf(template))
        yield { ...rest, text, path: [...base, ...segments(pointer)], offset: start };
    } catch (err) {
      if (!(err instanceof Fault)) throw err;
      this.report('EXPRESSION_SYNTAX', base, err.message);
    }
  }

  private checkType(expression: Expression, type: string): void {
    if (type === 'dyn' || !expression.expects) return;
    if (expression.expects === 'bool' && type !== 'bool')
      this.reportFinding(expression, {
        code: 'CONDITION_NOT_BOOL',
        message: `the condition is of type ${type}, not bool`,
        start: 0,
      });
    if (expression.expects === 'list' && !type.startsWith('list'))
      this.reportFinding(expression, {
        code: 'EXPRESSION_TYPE',
        message: `a map goes over a list; this is of type ${type}`,
        start: 0,
      });
  }

  private reportFinding({ path, offset }: Expression, { code, message, start, suggestion }: Finding): void {
    this.problems.push({
      code,
      pointer: pointerOf(path),
      ...this.parsed.placeInString(path, offset + start),
      message,
      ...(suggestion ? { suggestion } : {}),
    });
  }

  private plan(spec: Spec, order: number[]): Plan {
    const position = new Map(order.map((node, index) => [node, index]));
    const edges = this.edges.map(
      ({ from, to, edge }): PlanEdge => ({
        from: position.get(from)!,
        to: position.get(to)!,
        on: edge.on,
        ...(edge.condition === undefined ? {} : { condition: edge.condition }),
        reads: edge.condition === undefined ? [] : nodeReads(`\${${edge.condition}}`),
      }),
    );
    const incoming: number[][] = order.map(() => []);
    const outgoing: number[][] = order.map(() => []);
    for (const [index, { from, to }] of edges.entries()) {
      incoming[to]!.push(index);
      outgoing[from]!.push(index);
    }
    const { timeout, max_parallel = DEFAULT_PARALLEL } = spec.limits?.run ?? {};
    return {
      plan_format: 1,
      expressions: 'cel-js/8.0.0',
      name: spec.name,
      ...(spec.description === undefined ? {} : { description: spec.description }),
      ...(spec.input === undefined ? {} : { input: spec.input }),
      nodes: order.map((index, place) => planNode(spec.nodes[index]!, incoming[place]!, outgoing[place]!)),
      edges,
      ...(spec.output === undefined ? {} : { output: spec.output }),
      run: { ...(timeout === undefined ? {} : { timeout_ms: parseDuration(timeout)! }), max_parallel },
    };
  }
}

interface Expression {
  text: string;
  /** Of the string that holds it, and where in that string it begins. */
  path: Path;
  offset: number;
  scope: 'node' | 'item';
  /** The node whose ancestors it may read; none: any node. */
  reader?: number;
  /** It may also read the reader itself: the condition of an edge out of it. */
  self?: boolean;
  expects?: 'bool' | 'list';
}

function planNode(node: SpecNode, into: number[], out: number[]): PlanNode {
  const definition = definitionOf(node.type);
  const reads = new Set(definition.templates(node.config).flatMap(({ template }) => nodeReads(template)));
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
  };
}

/** What may be read of a node: as the spec declares it, laid over what its type always puts out. */
function outputOf(node: SpecNode | undefined): JsonSchema {
  if (!node) return {};
  const builtin = definitionOf(node.type).output(node.config);
  if (node.output === undefined) return builtin;
  const declared = node.output as JsonSchema;
  if (!isObject(builtin['properties']) || !isObject(declared['properties'])) return declared;
  return { ...declared, properties: { ...builtin['properties'], ...declared['properties'] } };
}

const listOf = (value: Json, name: string): Json[] => {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
};

const segments = (pointer: string): PropertyKey[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
