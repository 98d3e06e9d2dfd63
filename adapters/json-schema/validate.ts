import { createHash } from 'node:crypto';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonSchema } from '../../core/json.js';

export interface SchemaProblem {
  /** RFC 6901, into the value. */
  pointer: string;
  message: string;
}

const options = { allErrors: true, strict: false, allowUnionTypes: true, validateFormats: true } as const;
const formats = addFormats as unknown as (ajv: Ajv2020) => void;
const plain = new Ajv2020(options);
const filling = new Ajv2020({ ...options, useDefaults: true });
formats(plain);
formats(filling);

const compiled = new Map<string, ValidateFunction>();
const CACHED = 1_000;

function validatorOf(schema: JsonSchema, ajv: Ajv2020): ValidateFunction {
  const { $id: _, ...anonymous } = schema; // two specs may use one $id
  const key = `${ajv === plain ? 'plain' : 'filling'} ${createHash('sha256').update(JSON.stringify(anonymous)).digest('base64')}`;
  const known = compiled.get(key);
  if (known) return known;
  const validate = ajv.compile(anonymous);
  if (compiled.size >= CACHED) compiled.delete(compiled.keys().next().value!);
  compiled.set(key, validate);
  return validate;
}

/** What does not fit the schema; none when all fits. */
export function violations(schema: JsonSchema, value: Json): SchemaProblem[] {
  const validate = validatorOf(schema, plain);
  return validate(value) ? [] : (validate.errors ?? []).map(problemOf);
}

/** A copy of the value with the schema's defaults filled in, and what does not fit. */
export function fillAndCheck(schema: JsonSchema, value: Json): { value: Json; problems: SchemaProblem[] } {
  const copy = structuredClone(value);
  const validate = validatorOf(schema, filling);
  return validate(copy)
    ? { value: copy, problems: [] }
    : { value: copy, problems: (validate.errors ?? []).map(problemOf) };
}

/** What is wrong with a schema itself, for the compiler. */
export function schemaProblem(schema: JsonSchema): string | undefined {
  try {
    validatorOf(schema, plain);
    return undefined;
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
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
