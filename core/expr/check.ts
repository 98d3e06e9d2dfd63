import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { MAX_COMPREHENSION_DEPTH, MAX_EXPRESSION_CHARS } from '../limits.js';
import { nearest, type ProblemCode } from '../spec/problems.js';
import { parseExpression, ROOTS } from './engine.js';
import { childrenOf } from './paths.js';
import { closedFields, type Names, typedEnvironment } from './types.js';

export interface Finding {
  code: ProblemCode;
  message: string;
  /** Characters of the expression's text. */
  start: number;
  suggestion?: string;
}
export type Checked = { type: string; findings: [] } | { type: undefined; findings: Finding[] };

interface CelError {
  name: string;
  code: string;
  summary: string;
  range?: { start: number; end: number };
}

/** Checks expressions against the types of what they read. One checker serves a whole spec: building its types is the cost. */
export class ExpressionChecker {
  private readonly names: Names;
  private readonly environments = new Map<string, Environment>();
  private readonly known = new Map<string, Checked>();

  constructor(names: Names) {
    this.names = names;
  }

  check(text: string, scope: 'node' | 'item'): Checked {
    const key = `${scope} ${text}`;
    const before = this.known.get(key);
    if (before) return before;
    const checked = this.checkNew(text, scope);
    this.known.set(key, checked);
    return checked;
  }

  private checkNew(text: string, scope: 'node' | 'item'): Checked {
    if (text.length > MAX_EXPRESSION_CHARS)
      return failed({
        code: 'EXPRESSION_TOO_COSTLY',
        message: `the expression has ${text.length} characters; ${MAX_EXPRESSION_CHARS} are allowed`,
        start: 0,
      });
    try {
      const refused = guard(parseExpression(text).ast);
      if (refused) return failed(refused);
    } catch (err) {
      const { code, summary, range } = err as CelError;
      const costly = /exceed|max_|limit/.test(code);
      return failed({
        code: costly ? 'EXPRESSION_TOO_COSTLY' : 'EXPRESSION_SYNTAX',
        message: summary,
        start: range?.start ?? 0,
      });
    }
    const { valid, type, error } = this.environment(scope).check(text);
    return valid ? { type: type!, findings: [] } : failed(this.finding(text, error as unknown as CelError, scope));
  }

  private environment(scope: 'node' | 'item'): Environment {
    const built = this.environments.get(scope) ?? typedEnvironment(this.names, scope);
    this.environments.set(scope, built);
    return built;
  }

  private finding(text: string, { code, summary, range }: CelError, scope: 'node' | 'item'): Finding {
    const start = range?.start ?? 0;
    const word = text.slice(start, range?.end ?? start);
    if (code === 'unknown_variable') {
      const suggestion = nearest(
        word,
        scope === 'item' ? ROOTS : ROOTS.filter((root) => root !== 'item' && root !== 'index'),
      );
      return {
        code: 'UNKNOWN_NAME',
        message: `there is no ${word} here`,
        start,
        ...(suggestion ? { suggestion } : {}),
      };
    }
    if (code !== 'no_such_key') return { code: 'EXPRESSION_TYPE', message: summary, start };
    const { node, names } = this.missing(text);
    const suggestion = nearest(word, names);
    const named = names.length > 0 && names.length <= 12 ? `; there is ${names.join(', ')}` : '';
    return {
      code: node ? 'UNKNOWN_NAME' : 'UNKNOWN_PROPERTY',
      message: node ? `there is no node ${word}` : `there is no ${word} here${named}`,
      start,
      ...(suggestion ? { suggestion } : {}),
    };
  }

  /** Finds the first path of the expression that leaves its schema, and the names that would have been right there. */
  private missing(text: string): { node: boolean; names: string[] } {
    for (const [root, ...steps] of parseExpression(text).reads.paths) {
      if (root === 'nodes' && steps[0] !== undefined && !this.names.nodes.has(steps[0]))
        return { node: true, names: [...(this.names.allNodes ?? this.names.nodes.keys())] };
      let schema: Json | undefined = root === 'input' ? this.names.input : undefined;
      let rest = steps;
      if (root === 'nodes') {
        if (steps[1] !== undefined && steps[1] !== 'output')
          return { node: false, names: ['status', 'output', 'error'] };
        schema = this.names.nodes.get(steps[0]!);
        rest = steps.slice(2);
      }
      for (const step of rest) {
        if (!isObject(schema)) break;
        if (schema['type'] === 'array') schema = schema['items'];
        else if (closedFields(schema)) {
          const properties = schema['properties'] as JsonSchema;
          if (!Object.hasOwn(properties, step)) return { node: false, names: Object.keys(properties) };
          schema = properties[step];
        } else break;
      }
    }
    return { node: false, names: [] };
  }
}

const failed = (...findings: Finding[]): Checked => ({ type: undefined, findings });

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const REFUSED: Record<string, string> = {
  matches: 'regular expressions are left out: some take for ever',
  getDayOfYear: 'the day of the year depends on the host’s time zone',
};

/** What the profile leaves out, and what could run for too long. */
function guard(node: ASTNode, depth = 0): Finding | undefined {
  const { start } = node.range;
  if (node.op === 'value' && typeof node.args === 'object' && node.args !== null)
    return { code: 'NOT_ALLOWED', message: 'bytes and unsigned literals are left out', start };
  const name = node.op === 'rcall' || node.op === 'call' ? node.args[0] : undefined;
  if (name !== undefined && REFUSED[name])
    return { code: 'NOT_ALLOWED', message: `${name}() is not allowed: ${REFUSED[name]}`, start };
  const inner = node.op === 'rcall' && MACROS.has(name!) ? depth + 1 : depth;
  if (inner > MAX_COMPREHENSION_DEPTH)
    return {
      code: 'EXPRESSION_TOO_COSTLY',
      message: `macros stand more than ${MAX_COMPREHENSION_DEPTH} deep inside one another`,
      start,
    };
  for (const child of childrenOf(node)) {
    const found = guard(child, inner);
    if (found) return found;
  }
  return undefined;
}
