import { createHash } from 'node:crypto';
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonSchema } from '../../core/json.js';

export interface SchemaProblem {
  /** RFC 6901, into the value. */
  pointer: string;
  message: string;
}

type Purpose = 'check' | 'fill';

const OPTIONS: Options = { allErrors: true, strict: false, ownProperties: true, logger: false };
const formats = addFormats as unknown as (ajv: Ajv2020) => void;
/** Knows what a schema is; it never holds one of ours. */
const meta = new Ajv2020(OPTIONS);

const compiled = new Map<string, ValidateFunction>();
const CACHED = 1_000;

function validatorOf(schema: JsonSchema, purpose: Purpose): ValidateFunction {
  const key = `${purpose} ${createHash('sha256').update(JSON.stringify(schema)).digest('base64')}`;
  const known = compiled.get(key);
  if (known) return known;
  const validate = compile(schema, purpose);
  if (compiled.size >= CACHED) compiled.delete(compiled.keys().next().value!);
  compiled.set(key, validate);
  return validate;
}

/** Each schema has an Ajv of its own: in a shared one, two specs that use one $id would get in each other's way, and none would be freed. */
function compile(schema: JsonSchema, purpose: Purpose): ValidateFunction {
  if (asksForPromises(schema)) throw new Error('$async is not possible here');
  if (!meta.validateSchema(schema)) throw new Error(meta.errorsText(meta.errors, { dataVar: 'schema' }));
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false, useDefaults: purpose === 'fill' });
  formats(ajv);
  return ajv.compile(schema);
}

/** Ajv's own extension: the verdict would be a promise, and one that nobody waits for. */
const asksForPromises = (part: Json): boolean =>
  part !== null &&
  typeof part === 'object' &&
  (Array.isArray(part) ? part.some(asksForPromises) : '$async' in part || Object.values(part).some(asksForPromises));

/** What does not fit the schema; none when all fits. */
export const violations = (schema: JsonSchema, value: Json): SchemaProblem[] => problemsOf(schema, value, 'check');

/** A copy of the value with the schema's defaults filled in, and what does not fit. */
export function fillAndCheck(schema: JsonSchema, value: Json): { value: Json; problems: SchemaProblem[] } {
  const copy = structuredClone(value);
  return { value: copy, problems: problemsOf(schema, copy, 'fill') };
}

/** What is wrong with a schema itself. */
export function schemaProblem(schema: JsonSchema): string | undefined {
  try {
    validatorOf(schema, 'check');
    return undefined;
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

function problemsOf(schema: JsonSchema, value: Json, purpose: Purpose): SchemaProblem[] {
  const validate = validatorOf(schema, purpose);
  try {
    return validate(value) ? [] : (validate.errors ?? []).map(problemOf);
  } catch (err) {
    if (!(err instanceof RangeError)) throw err;
    return [{ pointer: '', message: 'can not be checked: the schema refers to itself without end' }];
  }
}

const problemOf = ({ instancePath, message, params }: ErrorObject): SchemaProblem => {
  const extra =
    'additionalProperty' in params
      ? `: ${String(params['additionalProperty'])}`
      : 'allowedValues' in params
        ? `: ${JSON.stringify(params['allowedValues'])}`
        : '';
  return { pointer: instancePath, message: `${message ?? 'does not fit'}${extra}` };
};
