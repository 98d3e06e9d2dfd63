import { type Document, isPair, isScalar, type Node, type Pair, type Scalar, visit } from 'yaml';
import { edit } from './edit.js';
import { renameInExpression, renameInTemplate, type Renames } from './expressions.js';
import { readSpec } from './read.js';

/** Another key for a node: at itself, in edges, and in every expression that reads it. Throws Unreadable; RangeError when the key is taken. */
export function renameNode(text: string, from: string, to: string): string {
  const { nodes } = readSpec(text);
  if (from === to) return text;
  if (nodes.some(({ key }) => key === to)) throw new RangeError(`There is a node ${to} already.`);
  const renames: Renames = new Map([[from, to]]);
  return edit(text, (document) => {
    for (const { index, key } of nodes) if (key === from) setText(document, ['nodes', index, 'key'], to);
    renameInside(document, renames);
  });
}

/** Where there are no expressions, though it may look like it: code, schemas, words for people. By the fields on the way, without indices. */
const NO_EXPRESSIONS: ReadonlySet<string> = new Set([
  ...['$schema', 'name', 'description', 'input'],
  ...['key', 'type', 'description', 'output'].map((field) => `nodes/${field}`),
  ...['nodes/config', 'nodes/config/do/config', 'nodes/compensate/config'].flatMap((config) =>
    ['code', 'form', 'schema'].map((field) => `${config}/${field}`),
  ),
  'nodes/config/do/output',
]);

/** Edges and expressions of the whole document; the nodes' own keys are the caller's. */
export function renameInside(document: Document, renames: Renames): void {
  const swap = (scalar: Scalar, make: (text: string) => string): void => {
    if (typeof scalar.value === 'string') scalar.value = make(scalar.value);
  };
  visit(document, {
    Pair: (_, { key }, ancestors) =>
      NO_EXPRESSIONS.has([...fieldsOn(ancestors), nameOf(key)].join('/')) ? visit.SKIP : undefined,
    Scalar(at, scalar, ancestors) {
      if (at === 'key') return;
      const fields = fieldsOn(ancestors).join('/');
      if (fields === 'edges/from' || fields === 'edges/to') swap(scalar, (text) => renames.get(text) ?? text);
      else if (fields === 'edges/condition') swap(scalar, (text) => renameInExpression(text, renames));
      else swap(scalar, (text) => renameInTemplate(text, renames));
    },
  });
}

type Ancestor = Node | Document | Pair;
/** What was set in the document since it was read has its name as a plain text. */
const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : typeof key === 'string' ? key : '');
/** The names of the fields on the way from the root. */
const fieldsOn = (ancestors: readonly Ancestor[]): string[] =>
  ancestors.flatMap((each) => (isPair(each) ? [nameOf(each.key)] : []));

function setText(document: Document, path: (string | number)[], text: string): void {
  const scalar = document.getIn(path, true);
  if (isScalar(scalar)) scalar.value = text;
  else document.setIn(path, text);
}
