import type { ASTNode } from '@marcbachmann/cel-js';

export interface PathsRead {
  /** Static prefixes of what is read, such as `['nodes', 'web', 'output']`. Beyond the prefix, anything may be read. */
  paths: string[][];
  /** The expression is one static path and nothing else: its value is passed on without a look inside. */
  exact: boolean;
}

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** What an expression reads, from its syntax tree. */
export function pathsOf(ast: ASTNode): PathsRead {
  const paths: string[][] = [];
  visit(ast, new Set(), paths);
  return { paths, exact: staticPath(ast) !== undefined };
}

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

function visit(node: ASTNode, bound: ReadonlySet<string>, paths: string[][]): void {
  const path = staticPath(node);
  if (path) {
    if (!bound.has(path[0]!)) paths.push(path);
    return;
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    visit(receiver, bound, paths);
    const variable = args[0];
    const inner = MACROS.has(name) && variable?.op === 'id' ? new Set([...bound, variable.args]) : bound;
    for (const arg of inner === bound ? args : args.slice(1)) visit(arg, inner, paths);
    return;
  }
  for (const child of childrenOf(node)) visit(child, bound, paths);
}

/** Every node below this one, whatever its kind. */
export function childrenOf(node: ASTNode): ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  const found: ASTNode[] = [];
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(collect);
    else if (typeof part === 'object' && part !== null && 'op' in part) found.push(part as ASTNode);
  };
  collect(node.args);
  return found;
}
