import { type Document, isMap, isSeq, type Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Json, JsonObject } from '../../../../../../core/json.js';
import { edit, put, unalias } from './edit.js';
import { freshKey, LEAST, nameOf } from './least.js';
import { readSpec } from './read.js';

/** What of an edge can be said; undefined removes a field. */
export type EdgeChange = {
  [F in 'from' | 'to' | 'on' | 'condition']?: string | undefined;
};

/** The list of that name, made where it is missing. */
export function listIn(document: Document, name: 'nodes' | 'edges'): YAMLSeq {
  unalias(document, [name]);
  const found = document.get(name, true);
  if (isSeq(found)) return found;
  const list = new YAMLSeq();
  if (!isMap(document.contents)) document.contents = new YAMLMap() as never;
  document.set(name, list);
  const { items } = document.contents as unknown as YAMLMap<Node>;
  // Edges stand after the nodes, where readers look for them.
  const at = items.findIndex(({ key }) => String(key) === 'nodes');
  if (name === 'edges' && at !== -1) items.splice(at + 1, 0, items.pop()!);
  return list;
}

/** Adds to a list the way its other items are written: with a blank line between, in braces or not. */
export function append(document: Document, name: 'nodes' | 'edges', value: Json | Node): void {
  const list = listIn(document, name);
  const last = list.items.at(-1) as Node | undefined;
  const made = (isNodeOf(value) ? value : document.createNode(value)) as Node & { flow?: boolean };
  if (isMap(made) && name === 'edges') made.flow = isMap(last) ? Boolean(last.flow) : true;
  if (list.items.length > 1 && last?.spaceBefore) made.spaceBefore = true;
  if (list.flow && list.items.length === 0) list.flow = false;
  list.items.push(made);
}
const isNodeOf = (value: Json | Node): value is Node => typeof value === 'object' && value !== null && 'toJS' in value;

/** A new node with as little in it as possible; the compiler tells what is to be filled in. `after`: with an edge from there. Throws Unreadable. */
export function addNode(
  text: string,
  {
    type,
    key,
    after,
    config,
  }: { type: keyof typeof LEAST; key?: string; after?: string | undefined; config?: JsonObject },
): { text: string; key: string } {
  const taken = new Set(readSpec(text).nodes.map((node) => node.key));
  const fresh = freshKey(key ?? nameOf(type), taken);
  const changed = edit(text, (document) => {
    append(document, 'nodes', { key: fresh, type, config: config ?? LEAST[type] });
    if (after !== undefined) append(document, 'edges', { from: after, to: fresh });
  });
  return { text: changed, key: fresh };
}

/** Without the nodes and every edge from or to them. Expressions that read them stay: the compiler tells where. Throws Unreadable. */
export function removeNodes(text: string, keys: readonly string[]): string {
  const gone = new Set(keys);
  const { nodes, edges } = readSpec(text);
  return edit(text, (document) => {
    take(
      document,
      'nodes',
      nodes.filter(({ key }) => gone.has(key)).map(({ index }) => index),
    );
    take(
      document,
      'edges',
      edges.filter(({ from, to }) => gone.has(from) || gone.has(to)).map(({ index }) => index),
    );
  });
}

function take(document: Document, name: 'nodes' | 'edges', indices: readonly number[]): void {
  if (indices.length === 0) return;
  const list = listIn(document, name);
  const gone = new Set(indices);
  list.items = list.items.filter((_, index) => !gone.has(index));
  if (list.items.length === 0 && name === 'edges') document.delete(name);
}

/** An edge of the same way and outcome is not added twice: then the text stays as it is. Throws Unreadable. */
export function addEdge(
  text: string,
  { from, to, on, condition }: { from: string; to: string; on?: 'success' | 'failure' | 'always'; condition?: string },
): string {
  const wanted = on ?? 'success';
  if (readSpec(text).edges.some((edge) => edge.from === from && edge.to === to && edge.on === wanted)) return text;
  const edge = {
    from,
    to,
    ...(on && on !== 'success' ? { on } : {}),
    ...(condition === undefined ? {} : { condition }),
  };
  return edit(text, (document) => append(document, 'edges', edge));
}

/** By their places in the list. Throws Unreadable. */
export const removeEdges = (text: string, indices: readonly number[]): string =>
  edit(text, (document) => take(document, 'edges', indices));

/** Throws Unreadable. */
export function setEdge(text: string, index: number, change: EdgeChange): string {
  return edit(text, (document) => {
    for (const [field, value] of Object.entries(change))
      put(document, ['edges', index, field], field === 'on' && value === 'success' ? undefined : value);
  });
}

/** Several changes as one. */
export const changeNode = (
  text: string,
  key: string,
  path: readonly (string | number)[],
  value: Json | undefined,
): string => {
  const node = readSpec(text).nodes.find((each) => each.key === key);
  return node ? edit(text, (document) => put(document, ['nodes', node.index, ...path], value)) : text;
};
