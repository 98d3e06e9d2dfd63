import type { MapConfig } from '../nodes/map.js';
import type { WaitConfig } from '../nodes/wait.js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { MAX_EDGES, MAX_NODES } from '../limits.js';
import { assemble } from './assemble.js';
import { draftOf } from './draft.js';
import { checkExpressions } from './expression-checks.js';
import { topologicalOrder } from './graph.js';
import { checkGraph } from './graph-checks.js';
import { parseSpec, type SpecFormat } from './parse.js';
import type { Plan } from './plan.js';
import type { Problem } from './problems.js';
import { type Path, Report } from './report.js';
import { listOf, type Shape, shapeOf } from './shape.js';

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
export function compile(text: string, { format = 'yaml', schemaProblem }: CompileOptions = {}): Compiled {
  const { parsed, problems } = parseSpec(text, format);
  if (!parsed) return { ok: false, problems };
  const report = new Report(parsed, problems);
  if (isTooLarge(parsed.value, report)) return { ok: false, problems: report.all() };
  const shape = shapeOf(parsed);
  report.add(shape.problems);
  const draft = draftOf(parsed.value, shape, report);
  const order = topologicalOrder(draft.nodes.length, draft.links);
  checkGraph(draft, order, report);
  if (schemaProblem) checkSchemas(shape, schemaProblem, report);
  checkExpressions(draft, shape, order, report);
  if (!shape.whole || !report.empty) return { ok: false, problems: report.all() };
  return { ok: true, plan: assemble(shape.whole, draft.links, order), spec: parsed.value };
}

function isTooLarge(value: Json, report: Report): boolean {
  const [nodes, edges] = [listOf(value, 'nodes').length, listOf(value, 'edges').length];
  if (nodes > MAX_NODES)
    report.say('TOO_MANY_NODES', ['nodes'], `there are ${nodes} nodes; a spec may have ${MAX_NODES}`);
  if (edges > MAX_EDGES)
    report.say('TOO_MANY_EDGES', ['edges'], `there are ${edges} edges; a spec may have ${MAX_EDGES}`);
  return nodes > MAX_NODES || edges > MAX_EDGES;
}

function checkSchemas(
  { input, nodes }: Shape,
  schemaProblem: NonNullable<CompileOptions['schemaProblem']>,
  report: Report,
): void {
  const check = (schema: Json | undefined, path: Path) => {
    const wrong = isObject(schema) ? schemaProblem(schema) : undefined;
    if (wrong !== undefined) report.say('BAD_SCHEMA', path, wrong);
  };
  check(input, ['input']);
  for (const [index, node] of nodes.entries()) {
    check(node?.output, ['nodes', index, 'output']);
    if (node?.type === 'wait') check((node.config as WaitConfig).schema, ['nodes', index, 'config', 'schema']);
    if (node?.type === 'map') check((node.config as MapConfig).do.output, ['nodes', index, 'config', 'do', 'output']);
  }
}
