import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { Fault } from '../fault.js';
import { MAX_EXPRESSION_CHARS, MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from '../limits.js';
import { analyse, type Finding, type Read } from './analyse.js';
import { syntaxInWords } from './syntax-words.js';

export const ENVIRONMENT_OPTIONS = {
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: MAX_EXPRESSION_NODES, maxDepth: MAX_EXPRESSION_DEPTH },
} as const;

export interface Expression {
  text: string;
  ast: ASTNode;
  reads: Read[];
  /** It is nothing but one static path. */
  exact: boolean;
}

const parser = new Environment(ENVIRONMENT_OPTIONS);

/** What was read, by its text: a worker sees the same few expressions over and over. */
const cache = new Map<string, Expression | Finding>();
const CACHED = 5_000;

/** The expression, or why it is none. */
export function readExpression(text: string): Expression | Finding {
  const known = cache.get(text);
  if (known) return known;
  const found = readNew(text);
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value!);
  cache.set(text, found);
  return found;
}

export const isExpression = (found: Expression | Finding): found is Expression => 'ast' in found;

function readNew(text: string): Expression | Finding {
  if (text.length > MAX_EXPRESSION_CHARS)
    return {
      code: 'EXPRESSION_TOO_COSTLY',
      message: `the expression has ${text.length} characters; ${MAX_EXPRESSION_CHARS} are allowed`,
      start: 0,
    };
  try {
    const { ast } = parser.parse(text);
    const { reads, exact, refused } = analyse(text, ast);
    return refused ?? { text, ast, reads, exact };
  } catch (err) {
    if (!(err instanceof ParseError)) throw err;
    const start = err.range?.start ?? 0;
    if (err.code !== 'limit_exceeded') return { code: 'EXPRESSION_SYNTAX', message: syntaxInWords(err.summary), start };
    const limit = Object.keys(LIMITS).find((name) => err.summary.includes(name));
    return { code: 'EXPRESSION_TOO_COSTLY', message: limit ? LIMITS[limit]! : err.summary, start };
  }
}

const LIMITS: Record<string, string> = {
  maxAstNodes: `the expression has more than ${MAX_EXPRESSION_NODES} parts`,
  maxDepth: `its parts stand more than ${MAX_EXPRESSION_DEPTH} deep inside one another`,
};

/** As readExpression, where the compiler has refused what is none. The profile holds all the same, whoever made the plan. */
export function parseExpression(text: string): Expression {
  const found = readExpression(text);
  if (isExpression(found)) return found;
  throw new Fault('EXPRESSION_FAILED', `${text.trim()}: ${found.message}`, { details: { expression: text } });
}
