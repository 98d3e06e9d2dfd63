import { Fault } from '../fault.js';
import { type ArtifactRef, holdsArtifact, isArtifactRef, isObject, type Json } from '../json.js';
import { parseExpression } from './engine.js';
import type { Scope } from './scope.js';
import { expressionsOf, piecesOf } from './template.js';
import { toJson, toText } from './value.js';

/**
 * Expressions: CEL in a restricted profile, behind this one port. A template is JSON whose strings may hold `${ … }`; a string
 * that is exactly one `${ … }` keeps its value's type. Evaluation is pure and runs in workflows and in workers alike.
 */

/** The template's value. Throws EXPRESSION_FAILED, with the expression and the pointer of its string. */
export function evaluateTemplate(template: Json, scope: Scope): Json {
  return evaluateAt(template, scope, '');
}

function evaluateAt(template: Json, scope: Scope, pointer: string): Json {
  if (typeof template === 'string') return evaluateString(template, scope, pointer);
  if (Array.isArray(template)) return template.map((part, index) => evaluateAt(part, scope, `${pointer}/${index}`));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, part]) => [name, evaluateAt(part, scope, `${pointer}/${name}`)]),
  );
}

function evaluateString(text: string, scope: Scope, pointer: string): Json {
  const found = piecesOf(text);
  if (!found) return text;
  if (found.whole) return evaluate((found.pieces[0] as { expression: string }).expression, scope, pointer);
  return found.pieces
    .map((piece) => (typeof piece === 'string' ? piece : toText(evaluate(piece.expression, scope, pointer))))
    .join('');
}

/** One CEL expression, without `${ }`. */
export const evaluateExpression = (expression: string, scope: Scope): Json => evaluate(expression, scope, '');

/** A condition; one that is not a bool has failed. */
export function evaluateCondition(expression: string, scope: Scope): boolean {
  const value = evaluate(expression, scope, '');
  if (typeof value === 'boolean') return value;
  throw new Fault('EXPRESSION_FAILED', `the condition ${expression} is ${JSON.stringify(value)}, not true or false`, {
    details: { expression },
  });
}

function evaluate(text: string, scope: Scope, pointer: string): Json {
  try {
    return toJson(parseExpression(text).run(scope as unknown as Record<string, unknown>));
  } catch (err) {
    const reason =
      err instanceof Error && 'summary' in err ? String(err.summary) : err instanceof Error ? err.message : String(err);
    throw new Fault('EXPRESSION_FAILED', `${text.trim()}: ${reason}`, {
      details: { expression: text, ...(pointer ? { pointer } : {}) },
      cause: err,
    });
  }
}

/** The static prefixes of all paths that the template reads. */
export const pathsRead = (template: Json): string[][] =>
  [...expressionsOf(template)].flatMap(({ text }) => parseExpression(text).reads.paths);

/** Keys of the nodes that the template reads. */
export const nodeReads = (template: Json): string[] => [
  ...new Set(pathsRead(template).flatMap(([root, key]) => (root === 'nodes' && key !== undefined ? [key] : []))),
];

/** True when the value can't be had without looking inside an artifact. */
export function readsArtifact(template: Json, scope: Scope): boolean {
  for (const { text, whole } of expressionsOf(template)) if (looksInside(text, scope, whole)) return true;
  return false;
}
export const conditionReadsArtifact = (expression: string, scope: Scope): boolean =>
  looksInside(expression, scope, false);

function looksInside(text: string, scope: Scope, whole: boolean): boolean {
  const { paths, exact } = parseExpression(text).reads;
  const passedOn = whole && exact;
  return paths.some((path) => {
    let value = scope as unknown as Json;
    for (const step of path) {
      if (isArtifactRef(value)) return true;
      value = childOf(value, step);
    }
    return !passedOn && holdsArtifact(value);
  });
}

const childOf = (value: Json | undefined, step: string): Json => {
  if (Array.isArray(value)) return value[Number(step)] ?? null;
  return isObject(value) && Object.hasOwn(value, step) ? (value[step] ?? null) : null;
};

/** As evaluateTemplate, with the content of those artifacts that are read inside. What is only passed on stays a reference. */
export async function evaluateWithArtifacts(
  template: Json,
  scope: Scope,
  load: (ref: ArtifactRef) => Promise<Json>,
): Promise<Json> {
  let filled = scope as unknown as Json;
  for (const { text, whole } of expressionsOf(template)) {
    const { paths, exact } = parseExpression(text).reads;
    for (const path of paths) filled = await fill(filled, path, !(whole && exact), load);
  }
  return evaluateTemplate(template, filled as unknown as Scope);
}

/** The value with the artifacts along the path loaded; `deep`: those below its end too. */
async function fill(
  value: Json,
  path: string[],
  deep: boolean,
  load: (ref: ArtifactRef) => Promise<Json>,
): Promise<Json> {
  const [step, ...rest] = path;
  if (isArtifactRef(value)) {
    if (step === undefined && !deep) return value;
    return fill(await load(value), path, deep, load);
  }
  if (step === undefined) return deep ? fillAll(value, load) : value;
  const child = childOf(value, step);
  const filled = await fill(child, rest, deep, load);
  if (filled === child) return value;
  if (Array.isArray(value)) return value.with(Number(step), filled);
  return { ...(value as Record<string, Json>), [step]: filled };
}

async function fillAll(value: Json, load: (ref: ArtifactRef) => Promise<Json>): Promise<Json> {
  if (!holdsArtifact(value)) return value;
  if (isArtifactRef(value)) return fillAll(await load(value), load);
  if (Array.isArray(value)) return Promise.all(value.map((part) => fillAll(part, load)));
  const entries = await Promise.all(
    Object.entries(value as Record<string, Json>).map(
      async ([name, part]) => [name, await fillAll(part, load)] as const,
    ),
  );
  return Object.fromEntries(entries);
}
