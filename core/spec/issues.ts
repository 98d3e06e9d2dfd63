import type { z } from 'zod';
import { isObject, type Json } from '../json.js';
import { type Parsed, pointerOf } from './parse.js';
import { nearest, type Problem, type ProblemCode } from './problems.js';
import { specJsonSchema } from './schema.js';

type Issue = z.core.$ZodIssue;

/** What zod found, as problems with places in the text. */
export function problemsOf(issues: readonly Issue[], parsed: Parsed): Problem[] {
  return issues.flatMap((issue) => problemOf(issue, parsed));
}

function problemOf(issue: Issue, parsed: Parsed): Problem[] {
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const suggestion = nearest(key, namesAt(path, parsed.value));
      return {
        code: 'UNKNOWN_FIELD',
        pointer: pointerOf([...path, key]),
        ...parsed.placeOf([...path, key], 'key'),
        message: `there is no field ${key} here`,
        ...(suggestion ? { suggestion } : {}),
      };
    });
  }
  const found = at(parsed.value, path);
  const place = { pointer: pointerOf(path), ...parsed.placeOf(path) };
  if (found === undefined) return [{ code: 'MISSING_FIELD', ...place, message: `${String(path.at(-1))} is missing` }];
  return [
    {
      code: codeOf(issue),
      ...place,
      message: `${messageOf(issue)}; found ${shorten(found)}`,
      ...suggestionOf(issue, found),
    },
  ];
}

function codeOf(issue: Issue): ProblemCode {
  switch (issue.code) {
    case 'invalid_type':
      return 'WRONG_TYPE';
    case 'too_small':
    case 'too_big':
      return 'OUT_OF_RANGE';
    case 'custom':
      return ((issue.params as { code?: ProblemCode } | undefined)?.code ?? 'BAD_VALUE') satisfies ProblemCode;
    default:
      return 'BAD_VALUE';
  }
}

function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.slice(0, 12).map(String).join(', ')}`;
  if (issue.code === 'invalid_union' && issue.discriminator) return `expected one of ${optionsOf(issue).join(', ')}`;
  if (issue.code === 'invalid_union') return 'it fits none of the forms that are allowed here';
  return issue.message;
}

const optionsOf = (issue: Issue): string[] =>
  'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];

function suggestionOf(issue: Issue, found: Json): { suggestion?: string } {
  if (typeof found !== 'string') return {};
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : optionsOf(issue);
  const suggestion = nearest(found, options);
  return suggestion === undefined ? {} : { suggestion };
}

function shorten(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function at(value: Json | undefined, path: readonly PropertyKey[]): Json | undefined {
  let here = value;
  for (const part of path) {
    if (Array.isArray(here)) here = here[Number(part)];
    else if (isObject(here)) here = here[String(part)];
    else return undefined;
  }
  return here;
}

type Schema = {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  const?: unknown;
  additionalProperties?: Schema | boolean;
};

/** The names of the fields that may stand at a path, out of the published schema; alternatives are told apart by their constants. */
function namesAt(path: readonly PropertyKey[], value: Json): string[] {
  const root = specJsonSchema() as Schema & { $defs?: Record<string, Schema> };
  const alternatives = (schema: Schema, here: Json | undefined): Schema[] => {
    if (schema.$ref)
      return alternatives(root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? (schema.$ref === '#' ? root : {}), here);
    const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (!options) return [schema];
    return options.flatMap((option) => alternatives(option, here)).filter((option) => fits(option, here));
  };
  let schemas = alternatives(root, value);
  let here: Json | undefined = value;
  for (const part of path) {
    here = at(here, [part]);
    schemas = schemas.flatMap((schema) => {
      const inner = schema.properties?.[String(part)] ?? (typeof part === 'number' ? schema.items : undefined);
      return inner ? alternatives(inner, here) : [];
    });
  }
  return [...new Set(schemas.flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

const fits = (schema: Schema, value: Json | undefined): boolean =>
  Object.entries(schema.properties ?? {}).every(
    ([name, { const: constant }]) =>
      constant === undefined || !isObject(value) || value[name] === undefined || value[name] === constant,
  );
