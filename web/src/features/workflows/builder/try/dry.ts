import { type DryRun, dryRun } from '../../../../../../core/dry-run/dry-run.js';
import type { Json, JsonSchema } from '../../../../../../core/json.js';
import type { Plan } from '../../../../../../core/spec/plan.js';
import { filled } from '../../../../ui/schema-form/index.js';
import { placesOf, type Untaken } from '../model/index.js';

/** What a run of this very text would do, saved or not: by the same function as the API's. */
export function dryRunOf(plan: Plan, schema: JsonSchema | null, input: Json, starter: string): DryRun {
  const run = { workflow: plan.name, version: 0, starter, metadata: {} };
  return dryRun(plan, schema ? filled(schema, input, schema) : input, run);
}

/** Nodes that would not run, and edges that can't be taken, with this input. */
export const notTaken = (text: string, { nodes, edges }: DryRun): Untaken => ({
  text,
  nodes: new Set(nodes.filter(({ runs }) => runs === 'no').map(({ key }) => key)),
  edges: placesOf(
    text,
    edges.filter(({ ways }) => !ways.includes('taken')),
  ),
  legend: 'would not run with this input',
});
