import { type ASTNode, Environment, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from '../limits.js';
import { type PathsRead, pathsOf } from './paths.js';

/** The names that every expression may use; `item` and `index` have values inside a map's body only. */
export const ROOTS = ['input', 'nodes', 'run', 'item', 'index'] as const;

export const ENVIRONMENT_OPTIONS = {
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: MAX_EXPRESSION_NODES, maxDepth: MAX_EXPRESSION_DEPTH },
} as const;

/**
 * Registers what the profile adds to CEL: JSON knows one kind of number, which is CEL's double, while literals in
 * expressions are ints, so arithmetic takes them mixed; and a few pure string helpers.
 */
export function addProfile(environment: Environment): Environment {
  for (const [op, apply] of Object.entries(ARITHMETIC)) {
    for (const [left, right] of [
      ['int', 'double'],
      ['double', 'int'],
    ]) {
      environment.registerOperator(`${left} ${op} ${right}`, (a: number | bigint, b: number | bigint) =>
        apply(Number(a), Number(b)),
      );
    }
  }
  environment.registerOperator('double % double', (a: number, b: number) => a % b);
  environment.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.split(from).join(to),
  );
  return environment;
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

export interface Expression {
  text: string;
  run: ParseResult;
  ast: ASTNode;
  /** What it reads; `exact` when it is nothing but that one path. */
  reads: PathsRead;
}

const runtime = (() => {
  const environment = addProfile(new Environment(ENVIRONMENT_OPTIONS));
  for (const root of ROOTS) environment.registerVariable(root, 'dyn');
  return environment;
})();

/** Parsed expressions by their text: a worker sees the same few over and over. */
const cache = new Map<string, Expression>();
const CACHED = 5_000;

/** Throws the library's ParseError; the compiler has refused such expressions before they get here. */
export function parseExpression(text: string): Expression {
  const known = cache.get(text);
  if (known) return known;
  const run = runtime.parse(text);
  const expression: Expression = { text, run, ast: run.ast, reads: pathsOf(run.ast) };
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value!);
  cache.set(text, expression);
  return expression;
}

/** The paths that an expression reads; none when it can't be parsed, which the checker tells. */
export function pathsOfText(text: string): string[][] {
  try {
    return parseExpression(text).reads.paths;
  } catch (err) {
    if (err instanceof ParseError) return [];
    throw err;
  }
}
