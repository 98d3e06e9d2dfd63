import { ExpressionChecker, type ExpressionScope, type Finding } from '../expr/check.js';
import { type Expression as Read, isExpression, readExpression } from '../expr/engine.js';
import { piecesOf, stringsOf } from '../expr/template.js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import type { Expectation } from '../nodes/definition.js';
import { compensationTemplates } from '../nodes/compensation.js';
import { definitionOf } from '../nodes/index.js';
import type { Draft } from './draft.js';
import { Ancestry } from './graph.js';
import type { Path, Report } from './report.js';
import type { SpecLimits, SpecNode } from './schema.js';
import type { Shape } from './shape.js';

interface Expression {
  text: string;
  read: Read | Finding;
  /** Of the string that holds it, and where in that string it begins. */
  path: Path;
  offset: number;
  scope: 'node' | 'item';
  /** The node whose ancestors it may read; none: any node. */
  reader?: number;
  /** It may also read the reader itself: the condition of an edge out of it, or what undoes it. */
  self?: boolean;
  /** It is evaluated before any node has run. */
  first?: boolean;
  /** It reads the input alone: it is evaluated when the run is accepted. */
  inputOnly?: boolean;
  expects?: Expectation | undefined;
}

/** Checks every expression of a spec: its syntax, its names, its types, and that what it reads has run by then. */
export function checkExpressions(
  draft: Draft,
  { input, output, index, runKey }: Shape,
  order: readonly number[],
  report: Report,
): void {
  const expressions = [...expressionsOf(draft, { output, index, runKey }, report)];
  const checker = new ExpressionChecker({
    input: input ?? {},
    nodes: outputsRead(draft, expressions),
    allNodes: draft.keys.filter((key) => key !== undefined),
  });
  const upstream = upstreamOf(draft, order);
  /** The type of the items that a map goes over, by its node. */
  const items = new Map<number, string>();
  for (const expression of expressions) {
    const { path, offset, reader, expects, read } = expression;
    const { type, findings } = checker.check(expression.text, scopeOf(expression, items), read);
    for (const { start, ...said } of findings) report.sayInString(path, offset + start, said);
    if (type === undefined) continue;
    if (expects) checkType(expression, type, expects, report);
    if (expects === 'list' && reader !== undefined) items.set(reader, /^list<(.*)>$/.exec(type)?.[1] ?? 'dyn');
    if (reader !== undefined) upstream(expression, reader, report);
    if (expression.first) refuseNodes(expression, report);
    if (expression.inputOnly) refuseAllButInput(expression, report);
  }
}

function refuseNodes({ read, path, offset }: Expression, report: Report): void {
  if (!isExpression(read)) return;
  for (const { path: place, at } of read.reads)
    if (place[0] === 'nodes') {
      const message = `${place[1]} has not run by then: the run waits before its first node`;
      report.sayInString(path, offset + at, { code: 'NOT_UPSTREAM', message });
    }
}

function refuseAllButInput({ read, path, offset }: Expression, report: Report): void {
  if (!isExpression(read)) return;
  for (const { path: place, at } of read.reads) {
    const [root, key] = place;
    const message =
      root === 'nodes'
        ? `${key} has not run by then: a field is kept when the run is accepted`
        : `there is no ${root} by then: a field is made of the input alone`;
    if (root === 'nodes' || root === 'run')
      report.sayInString(path, offset + at, { code: root === 'nodes' ? 'NOT_UPSTREAM' : 'UNKNOWN_NAME', message });
  }
}

const readIn = (text: string): Pick<Expression, 'text' | 'read'> => ({ text, read: readExpression(text) });

const scopeOf = ({ scope, reader }: Expression, items: ReadonlyMap<number, string>): ExpressionScope =>
  scope === 'node' ? { of: 'node' } : { of: 'item', item: items.get(reader!) ?? 'dyn' };

function* expressionsOf(
  { nodes, links }: Draft,
  { output, index, runKey }: Pick<Shape, 'output' | 'index' | 'runKey'>,
  report: Report,
): Generator<Expression> {
  for (const [reader, node] of nodes.entries()) {
    if (!node) continue;
    for (const { pointer, template, scope, expects } of definitionOf(node.type).templates(node.config)) {
      const base: Path = ['nodes', reader, 'config', ...segments(pointer)];
      yield* inTemplate(template, base, { scope, reader }, expects ?? {}, report);
    }
    for (const [at, use] of ((node as { limits?: SpecLimits }).limits ?? []).entries())
      if (typeof use === 'object' && use.key !== undefined)
        yield* inTemplate(use.key, ['nodes', reader, 'limits', at, 'key'], { scope: 'node', reader }, {}, report);
    if (!node.compensate) continue;
    const scope = node.type === 'map' ? 'item' : 'node'; // each item is undone by itself
    for (const { pointer, template, expects } of compensationTemplates(node.compensate)) {
      const base: Path = ['nodes', reader, 'compensate', 'config', ...segments(pointer)];
      yield* inTemplate(template, base, { scope, reader, self: true }, expects ?? {}, report);
    }
  }
  for (const { index, from, edge } of links) {
    if (edge.condition === undefined) continue;
    const path: Path = ['edges', index, 'condition'];
    const found = piecesOf(edge.condition);
    if (found?.whole) {
      const message = 'a condition is an expression as it is, without ${ }';
      const suggestion = edge.condition.trim().slice(2, -1).trim();
      report.sayInString(path, 0, { code: 'EXPRESSION_SYNTAX', message, suggestion });
    } else
      yield { ...readIn(edge.condition), path, offset: 0, scope: 'node', reader: from, self: true, expects: 'bool' };
  }
  for (const [name, field] of Object.entries(index))
    yield* inTemplate(field, ['index', name], { scope: 'node', inputOnly: true }, { '': 'scalar' }, report);
  if (runKey !== undefined)
    yield* inTemplate(runKey, ['limits', 'run', 'concurrency_key'], { scope: 'node', first: true }, {}, report);
  if (output !== undefined) yield* inTemplate(output, ['output'], { scope: 'node' }, {}, report);
}

function* inTemplate(
  template: Json,
  base: Path,
  about: Pick<Expression, 'scope' | 'reader' | 'self' | 'first' | 'inputOnly'>,
  expects: Readonly<Record<string, Expectation>>,
  report: Report,
): Generator<Expression> {
  for (const { pieces, whole, unclosed, pointer } of stringsOf(template)) {
    const path = [...base, ...segments(pointer)];
    if (unclosed !== undefined)
      report.sayInString(path, unclosed, { code: 'EXPRESSION_SYNTAX', message: 'the expression has no closing }' });
    for (const piece of pieces)
      if (typeof piece === 'object')
        yield {
          ...about,
          ...readIn(piece.expression),
          path,
          offset: piece.start,
          expects: whole ? expects[pointer] : undefined,
        };
  }
}

/** The outputs of those nodes that some expression names: only their types are built. */
function outputsRead({ nodes, keys }: Draft, expressions: readonly Expression[]): Map<string, JsonSchema> {
  const read = new Set<string>();
  for (const { read: found } of expressions) {
    if (!isExpression(found)) continue;
    for (const { path } of found.reads) if (path[0] === 'nodes') read.add(path[1]!);
  }
  const outputs = new Map<string, JsonSchema>();
  for (const [index, key] of keys.entries())
    if (key !== undefined && read.has(key) && !outputs.has(key)) outputs.set(key, outputOf(nodes[index]));
  return outputs;
}

/** What may be read of a node: as the spec declares it, laid over what its type always puts out. */
export function outputOf(node: SpecNode | undefined): JsonSchema {
  if (!node) return {};
  const builtin = definitionOf(node.type).output(node.config);
  if (node.output === undefined) return builtin;
  const declared = node.output as JsonSchema;
  if (!isObject(builtin['properties']) || !isObject(declared['properties'])) return declared;
  return { ...declared, properties: { ...builtin['properties'], ...declared['properties'] } };
}

/** Says where an expression reads a node that may not have run by then. In a circle, upstream means nothing. */
function upstreamOf({ nodes, keys, links, lost }: Draft, order: readonly number[]) {
  const indexOf = new Map(keys.map((key, index) => [key, index]));
  const parents = nodes.map(() => new Set<number>());
  for (const { from, to } of links) parents[to]!.add(from);
  let ancestry: Ancestry | undefined;
  const isUpstream = (node: number, reader: number): boolean => {
    if (parents[reader]!.has(node)) return true;
    ancestry ??= new Ancestry(nodes.length, links, order);
    return (
      ancestry.has(node, reader) || lost.some((to) => to === undefined || to === reader || ancestry!.has(to, reader))
    );
  };
  return ({ read: found, path, offset, self }: Expression, reader: number, report: Report): void => {
    if (order.length < nodes.length || !isExpression(found)) return;
    const who = keys[reader];
    for (const { path: read, at } of found.reads) {
      const node = read[0] === 'nodes' ? indexOf.get(read[1]) : undefined;
      if (node === undefined || (node === reader ? self : isUpstream(node, reader))) continue;
      report.sayInString(path, offset + at, {
        code: 'NOT_UPSTREAM',
        ...(node === reader
          ? { message: `${who} can not read itself: it has not run by then` }
          : {
              message: `${read[1]} is not upstream of ${who}: no way leads from it to there`,
              suggestion: `an edge from ${read[1]} to ${who}`,
            }),
      });
    }
  };
}

const EXPECTED: Record<Expectation, { types: RegExp; words: string }> = {
  bool: { types: /^bool$/, words: 'a condition is true or false' },
  list: { types: /^list(?:<.*>)?$/, words: 'a map goes over a list' },
  string: { types: /^string$/, words: 'this is a string' },
  scalar: {
    types: /^(?:string|int|double|bool)$/,
    words: 'a field that runs are found by is text, a number, true or false',
  },
  duration: {
    types: /^(?:string|int|double|google\.protobuf\.Duration)$/,
    words: 'a duration is text, or a number of seconds',
  },
  time: { types: /^(?:string|google\.protobuf\.Timestamp)$/, words: 'a time is text or a timestamp' },
};

function checkType({ path, offset }: Expression, type: string, expects: Expectation, report: Report): void {
  const wrong = unexpected(type, expects);
  if (wrong) report.sayInString(path, offset, wrong);
}

/** Why a value of that type can't stand where another is expected; undefined: it can. */
export function unexpected(type: string, expects: Expectation): Pick<Finding, 'code' | 'message'> | undefined {
  const { types, words } = EXPECTED[expects];
  if (type === 'dyn' || types.test(type)) return undefined;
  const code = expects === 'bool' ? 'CONDITION_NOT_BOOL' : 'EXPRESSION_TYPE';
  return { code, message: `${words}; this is of type ${type}` };
}

const segments = (pointer: string): PropertyKey[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
