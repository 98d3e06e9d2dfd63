import type { z } from 'zod';
import { isObject, type Json } from '../json.js';
import { pointerOf } from './parse.js';
import type { Parsed } from './places.js';
import { nearest, type Problem, type ProblemCode } from './problems.js';
import { fieldsAt, type Publish } from './fields.js';

export type Issue = z.core.$ZodIssue;

/** What zod found, as problems with places in the text. `publish`: the schema that names the fields of such a document; a spec's when absent. */
export function problemsOf(issues: readonly Issue[], parsed: Parsed, publish?: Publish): Problem[] {
  return issues.flatMap((issue) => problemOf(issue, parsed, publish));
}

function problemOf(issue: Issue, parsed: Parsed, publish: Publish | undefined): Problem[] {
  const { path } = issue;
  const found = valueAt(parsed.value, path);
  if (found === undefined) return [missing(path, parsed)];
  if (issue.code === 'unrecognized_keys') return unknown(issue.keys, path, parsed, publish);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = meantBranch(issue.errors, found);
    if (branch)
      return branch.flatMap((inner) => problemOf({ ...inner, path: [...path, ...inner.path] }, parsed, publish));
  }
  const suggestion = typeof found === 'string' ? nearest(found, optionsOf(issue)) : undefined;
  return [
    {
      code: codeOf(issue),
      pointer: pointerOf(path),
      ...parsed.placeOf(path),
      message: `${messageOf(issue)}; found ${shorten(found)}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}

/** What is not there has no place: the problem stands at what should hold it. */
function missing(path: readonly PropertyKey[], parsed: Parsed): Problem {
  const holder = path.slice(0, -1);
  return {
    code: 'MISSING_FIELD',
    pointer: pointerOf(holder),
    ...parsed.placeOf(holder),
    message: `${String(path.at(-1))} is missing`,
  };
}

function unknown(
  keys: readonly string[],
  path: readonly PropertyKey[],
  parsed: Parsed,
  publish: Publish | undefined,
): Problem[] {
  const fields = fieldsAt(path, parsed.value, publish);
  return keys.map((key) => {
    const suggestion = nearest(key, fields);
    return {
      code: 'UNKNOWN_FIELD',
      pointer: pointerOf([...path, key]),
      ...parsed.placeOf([...path, key], 'key'),
      message: `there is no field ${key} here`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
}

/** Of a union's branches the one that was meant: the value has its type, or at least is none of another's. */
function meantBranch(branches: readonly (readonly Issue[])[], found: Json): readonly Issue[] | undefined {
  const misfit = (issue: Issue) =>
    issue.path.length === 0 &&
    (issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof found === 'object'));
  return branches.find((issues) => issues.length > 0 && !issues.some(misfit));
}

function codeOf(issue: Issue): ProblemCode {
  switch (issue.code) {
    case 'invalid_type':
      return 'WRONG_TYPE';
    case 'too_small':
    case 'too_big':
      return 'OUT_OF_RANGE';
    case 'invalid_union':
      return issue.errors.length > 0 ? 'WRONG_TYPE' : 'BAD_VALUE';
    case 'custom':
      return ((issue.params as { code?: ProblemCode } | undefined)?.code ?? 'BAD_VALUE') satisfies ProblemCode;
    default:
      return 'BAD_VALUE';
  }
}

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected one of ${optionsOf(issue).join(', ')}`;
    case 'invalid_union':
      return issue.errors.length > 0
        ? `expected ${issue.errors.map((issues) => messageOf(issues[0]!).replace('expected ', '')).join(', or ')}`
        : `expected one of ${optionsOf(issue).join(', ')}`;
    case 'too_small':
      return `expected at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return issue.message;
  }
}

const UNITS: Record<string, string> = { string: 'character', array: 'item' };
const amount = (count: number | bigint, origin: string): string =>
  origin in UNITS ? `${count} ${UNITS[origin]}${count === 1 ? '' : 's'}` : String(count);

function optionsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
}

function shorten(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function valueAt(value: Json | undefined, path: readonly PropertyKey[]): Json | undefined {
  let here = value;
  for (const part of path) {
    if (Array.isArray(here)) here = here[Number(part)];
    else if (isObject(here) && Object.hasOwn(here, String(part))) here = here[String(part)];
    else return undefined;
  }
  return here;
}
