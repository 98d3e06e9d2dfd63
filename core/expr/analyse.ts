import type { ASTNode } from '@marcbachmann/cel-js';
import { MAX_COMPREHENSION_DEPTH } from '../limits.js';
import { nearest, type ProblemCode } from '../spec/problems.js';
import { isMacro } from './evaluate.js';
import { FUNCTIONS, METHODS } from './functions.js';
import { parseOffset } from './time.js';

/** The names that a spec's expressions may use; `item` and `index` have values inside a map's body only. */
export const ROOTS = ['input', 'nodes', 'run', 'item', 'index'] as const;
/** The names of a trigger's expressions. A spec's have no values for them, and the checker says so. */
export const DELIVERY_ROOTS = ['body', 'headers'] as const;
const ALL_ROOTS: readonly string[] = [...ROOTS, ...DELIVERY_ROOTS];

/** Something wrong with an expression, at a character of its text. */
export interface Finding {
  code: ProblemCode;
  message: string;
  start: number;
  suggestion?: string;
}

export interface Read {
  /** The static prefix of what is read, such as `['nodes', 'web', 'output']`. Beyond it, anything may be read. */
  path: string[];
  /** Where the path's second name stands, or its first when it has no other. */
  at: number;
}

export interface Analysis {
  reads: Read[];
  /** The expression is one static path and nothing else: its value is passed on without a look inside. */
  exact: boolean;
  /** What the profile leaves out, and what could take too long. */
  refused: Finding | undefined;
}

/** What an expression reads, and whether the profile has all that it uses. */
export function analyse(text: string, ast: ASTNode): Analysis {
  const analysis: Analysis = { reads: [], exact: staticPath(ast) !== undefined, refused: undefined };
  new Visit(text, analysis).node(ast, { bound: new Set(), depth: 0 });
  return analysis;
}

interface Inside {
  /** Names that macros have bound. */
  bound: ReadonlySet<string>;
  /** Macros around this place. */
  depth: number;
}

class Visit {
  private readonly text: string;
  private readonly analysis: Analysis;

  constructor(text: string, analysis: Analysis) {
    this.text = text;
    this.analysis = analysis;
  }

  node(node: ASTNode, inside: Inside): void {
    const path = staticPath(node);
    if (path) return this.path(path, node, inside);
    switch (node.op) {
      case 'value':
        if (typeof node.args === 'object' && node.args !== null)
          this.refuse('NOT_ALLOWED', 'bytes and unsigned literals are left out', node);
        return;
      case 'call':
        if (node.args[0] !== 'has') this.callable(node.args[0], FUNCTIONS, node);
        for (const arg of node.args[1]) this.node(arg, inside);
        return;
      case 'rcall':
        return this.method(node.args[0], node.args[1], node.args[2], node, inside);
      default:
        for (const child of childrenOf(node)) this.node(child, inside);
    }
  }

  private path(path: string[], node: ASTNode, { bound }: Inside): void {
    const [root] = path as [string];
    if (bound.has(root)) return;
    if (!ALL_ROOTS.includes(root)) {
      const suggestion = nearest(root, ROOTS);
      this.refuse('UNKNOWN_NAME', `there is no ${root} here`, node, suggestion);
    } else if (root === 'nodes' && path.length === 1)
      this.refuse('NOT_ALLOWED', 'nodes are read one by one and by their keys, as nodes.<key>', node);
    this.analysis.reads.push({ path, at: secondName(node) ?? node.start });
  }

  private method(name: string, receiver: ASTNode, args: ASTNode[], node: ASTNode, inside: Inside): void {
    const [variable, ...rest] = args;
    const binds = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
    if (!binds) this.node(receiver, inside);
    if (variable?.op === 'id' && (binds || isMacro(name))) {
      const depth = binds ? inside.depth : inside.depth + 1;
      if (depth > MAX_COMPREHENSION_DEPTH)
        this.refuse(
          'EXPRESSION_TOO_COSTLY',
          `macros stand more than ${MAX_COMPREHENSION_DEPTH} deep inside one another`,
          node,
        );
      const inner = { bound: new Set([...inside.bound, variable.args]), depth };
      for (const [index, arg] of rest.entries()) this.node(arg, binds && index === 0 ? inside : inner);
      return;
    }
    this.callable(name, METHODS, node);
    const [zone] = args;
    if (
      name.startsWith('get') &&
      zone?.op === 'value' &&
      typeof zone.args === 'string' &&
      parseOffset(zone.args) === undefined
    )
      this.refuse('NOT_ALLOWED', 'named time zones differ from host to host; give an offset such as +02:00', zone);
    for (const arg of args) this.node(arg, inside);
  }

  private callable(name: string, known: ReadonlyMap<string, unknown>, node: ASTNode): void {
    if (known.has(name)) return;
    const reason = LEFT_OUT[name];
    if (reason !== undefined) this.refuse('NOT_ALLOWED', `${name}() is left out: ${reason}`, node);
    else this.refuse('UNKNOWN_NAME', `there is no function ${name} here`, node, nearest(name, known.keys()));
  }

  private refuse(code: ProblemCode, message: string, node: ASTNode, suggestion?: string): void {
    const start = node.op === 'rcall' ? this.text.indexOf(node.args[0], node.args[1].end) : node.start;
    this.analysis.refused ??= { code, message, start, ...(suggestion === undefined ? {} : { suggestion }) };
  }
}

export const LEFT_OUT: Readonly<Record<string, string>> = Object.assign(Object.create(null) as object, {
  matches: 'some regular expressions take for ever',
  bytes: 'JSON has no bytes',
  uint: 'JSON has no unsigned numbers',
  type: 'types are checked when the spec is compiled',
});

/** The node's path when it is nothing but names and literal indices; undefined otherwise. */
function staticPath(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op === '.') {
    const parent = staticPath(node.args[0]);
    return parent && [...parent, node.args[1]];
  }
  if (node.op !== '[]') return undefined;
  const index = literalIndex(node.args[1]);
  const parent = index === undefined ? undefined : staticPath(node.args[0]);
  return parent && [...parent, index!];
}

function literalIndex(node: ASTNode): string | undefined {
  if (node.op !== 'value') return undefined;
  const { args } = node;
  return typeof args === 'string' || typeof args === 'bigint' ? String(args) : undefined;
}

function secondName(node: ASTNode): number | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [holder, step] = node.args;
  if (holder.op !== 'id') return secondName(holder);
  return typeof step === 'string' ? node.pos : step.start;
}

/** Every node below this one, whatever its kind. */
function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(collect);
    else if (typeof part === 'object' && part !== null && 'op' in part) found.push(part as ASTNode);
  };
  collect(node.args);
  return found;
}
