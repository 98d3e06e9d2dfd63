import { Fault } from '../fault.js';
import { type ArtifactRef, holdsArtifact, isArtifactRef, isObject, type Json } from '../json.js';
import { MAX_EXPRESSION_STEPS } from '../limits.js';
import { parseExpression } from './engine.js';
import { Exhausted, NoValue } from './errors.js';
import { evaluateAst } from './evaluate.js';
import { Meter } from './meter.js';
import type { DeliveryScope, Scope } from './scope.js';
import { escapeStep, expressionsOf, piecesOf } from './template.js';
import { toJson, toText } from './to-json.js';

export { Meter } from './meter.js';
export { templateOf } from './template.js';

/**
 * Expressions: CEL in a restricted profile, behind this one port. A template is JSON whose strings may hold `${ … }`; a string
 * that is exactly one `${ … }` keeps its value's type. Evaluation is pure and runs in workflows and in workers alike.
 */

/**
 * The template's value. Throws EXPRESSION_FAILED, with the expression and the pointer of its string; EXPRESSION_LIMIT when the meter
 * runs out.
 */
export function evaluateTemplate(
  template: Json,
  scope: Scope | DeliveryScope,
  meter = new Meter(MAX_EXPRESSION_STEPS),
): Json {
  return new Filling(scope, meter).fill(template, '');
}

class Filling {
  private readonly scope: Readonly<Record<string, unknown>>;
  private readonly meter: Meter;

  constructor(scope: Scope | DeliveryScope, meter: Meter) {
    const index = 'index' in scope ? scope.index : undefined;
    this.scope = index === undefined ? { ...scope } : { ...scope, index: BigInt(index) };
    this.meter = meter;
  }

  fill(template: Json, pointer: string): Json {
    if (typeof template === 'string') return this.fillString(template, pointer);
    if (Array.isArray(template)) return template.map((part, index) => this.fill(part, `${pointer}/${index}`));
    if (!isObject(template)) return template;
    return Object.fromEntries(
      Object.entries(template).map(([name, part]) => [name, this.fill(part, `${pointer}/${escapeStep(name)}`)]),
    );
  }

  private fillString(text: string, pointer: string): Json {
    const found = piecesOf(text);
    if (!found) return text;
    if (found.unclosed !== undefined)
      throw new Fault('EXPRESSION_FAILED', `an expression has no closing }: ${text.slice(found.unclosed)}`, {
        details: { expression: text, pointer },
      });
    const values = found.pieces.map((piece) =>
      typeof piece === 'string' ? piece : this.evaluate(piece.expression, pointer),
    );
    return found.whole ? values[0]! : values.map(toText).join('');
  }

  evaluate(text: string, pointer: string): Json {
    const { ast } = parseExpression(text);
    try {
      return toJson(evaluateAst(ast, this.scope, this.meter), this.meter);
    } catch (err) {
      const details = { expression: text, ...(pointer ? { pointer } : {}) };
      if (err instanceof Exhausted)
        throw new Fault('EXPRESSION_LIMIT', `${text.trim()}: ${err.message}`, { details, cause: err });
      if (!(err instanceof NoValue)) throw err;
      throw new Fault('EXPRESSION_FAILED', `${text.trim()}: ${err.message}`, { details, cause: err });
    }
  }
}

/** One CEL expression, without `${ }`. */
export const evaluateExpression = (expression: string, scope: Scope, meter = new Meter(MAX_EXPRESSION_STEPS)): Json =>
  new Filling(scope, meter).evaluate(expression, '');

/** A condition; one that is not a bool has failed. */
export function evaluateCondition(expression: string, scope: Scope, meter?: Meter): boolean {
  const value = evaluateExpression(expression, scope, meter);
  if (typeof value === 'boolean') return value;
  throw new Fault('EXPRESSION_FAILED', `the condition ${expression} is ${JSON.stringify(value)}, not true or false`, {
    details: { expression },
  });
}

/** The static prefixes of all paths that the template reads. */
export const pathsRead = (template: Json): string[][] =>
  [...expressionsOf(template)].flatMap(({ text }) => parseExpression(text).reads.map(({ path }) => path));

/** Keys of the nodes that the template reads. */
export const nodeReads = (template: Json): string[] => nodesOf(pathsRead(template));
export const conditionReads = (condition: string): string[] =>
  nodesOf(parseExpression(condition).reads.map(({ path }) => path));

const nodesOf = (paths: string[][]): string[] => [
  ...new Set(paths.flatMap(([root, key]) => (root === 'nodes' && key !== undefined ? [key] : []))),
];

/** True when the value can't be had without looking inside an artifact. */
export function readsArtifact(template: Json, scope: Scope): boolean {
  for (const { text, whole } of expressionsOf(template)) if (looksInside(text, scope, whole)) return true;
  return false;
}
export const conditionReadsArtifact = (expression: string, scope: Scope): boolean =>
  looksInside(expression, scope, false);

function looksInside(text: string, scope: Scope, whole: boolean): boolean {
  const { reads, exact } = parseExpression(text);
  const passedOn = whole && exact;
  return reads.some(({ path }) => {
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
    const { reads, exact } = parseExpression(text);
    for (const { path } of reads) filled = await fill(filled, path, !(whole && exact), load);
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
