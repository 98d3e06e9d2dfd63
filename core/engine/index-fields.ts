import { evaluateTemplate, Meter, readsArtifact } from '../expr/index.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { MAX_INDEX_STEPS, MAX_FIELD_CHARS } from '../limits.js';
import type { Plan } from '../spec/plan.js';

export type IndexedFields = Record<string, string | number | boolean>;

/**
 * What a run with that input is found by; undefined when there is nothing. To be found never keeps a run from starting: a field whose expression has no
 * value is left out, and so is one that is no text, number or boolean, has more than MAX_FIELD_CHARS characters, or lies inside an artifact.
 */
export function indexFields({ index }: Pick<Plan, 'index'>, input: Json): IndexedFields | undefined {
  const meter = new Meter(MAX_INDEX_STEPS);
  const fields = Object.entries(index ?? {}).flatMap(([name, template]) => {
    const value = valueOf(template, input, meter);
    return isField(value) ? [[name, value] as const] : [];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

const NO_RUN = { id: '', workflow: '', version: 0, started_at: '', starter: '', metadata: null };

function valueOf(template: string, input: Json, meter: Meter): Json | undefined {
  const scope = { input, nodes: {}, run: NO_RUN }; // the compiler has seen to it that only the input is read
  try {
    return readsArtifact(template, scope) ? undefined : evaluateTemplate(template, scope, meter);
  } catch (err) {
    if (err instanceof Fault && (err.code === 'EXPRESSION_FAILED' || err.code === 'EXPRESSION_LIMIT')) return undefined;
    throw err;
  }
}

const isField = (value: Json | undefined): value is string | number | boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= MAX_FIELD_CHARS);
