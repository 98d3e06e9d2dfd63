import { Document, isMap, isSeq, type Node, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';
import { edit, Unreadable } from './edit.js';
import { append } from './graph-edits.js';
import { freshKey } from './least.js';
import { READ, readSpec } from './read.js';
import { renameInside } from './rename.js';

/** The nodes and the edges between them as YAML, with the comments in them: what the clipboard holds. Throws Unreadable. */
export function copyNodes(text: string, keys: readonly string[]): string {
  const wanted = new Set(keys);
  const { nodes, edges } = readSpec(text);
  const source = parseDocument(text, READ);
  if (source.errors.length > 0) throw new Unreadable();
  const clip = new Document({});
  const copied = (name: string, indices: number[]): void => {
    if (indices.length === 0) return;
    const list = new YAMLSeq();
    for (const index of indices)
      list.items.push(blockStyle(source.getIn([name, index], true) as Node, source as never));
    clip.set(name, list);
  };
  copied(
    'nodes',
    nodes.filter(({ key }) => wanted.has(key)).map(({ index }) => index),
  );
  copied(
    'edges',
    edges.filter(({ from, to }) => wanted.has(from) && wanted.has(to)).map(({ index }) => index),
  );
  return clip.toString({ lineWidth: 0 });
}

/** Aliases lead to nothing in another text. */
function blockStyle(node: Node, source: Document): Node {
  if (/(?:^|[\s[{,:-])[*&]\w/m.test(String(node))) return source.createNode(node.toJS(source)) as Node;
  const copy = node.clone() as Node;
  delete copy.spaceBefore;
  return copy;
}

/** Whether a text from the clipboard is nodes. */
export const isClip = (clip: string): boolean => readSpec(clip).nodes.some(({ type }) => type !== '');

/**
 * With the clip's nodes and edges in it, under fresh keys where they are taken; what reads one of the clip's nodes reads its copy. Any spec
 * is a clip. Throws Unreadable.
 */
export function pasteNodes(text: string, clip: string): { text: string; keys: string[] } {
  const source = parseDocument(clip, READ) as unknown as Document;
  if (source.errors.length > 0) throw new Unreadable();
  const taken = new Set(readSpec(text).nodes.map(({ key }) => key));
  const { nodes } = readSpec(clip);
  const renames = new Map<string, string>();
  for (const { key } of nodes) {
    const fresh = freshKey(key.startsWith('#') ? 'node' : key, taken);
    taken.add(fresh);
    renames.set(key, fresh);
  }
  for (const { key, index } of nodes) source.setIn(['nodes', index, 'key'], renames.get(key));
  renameInside(source, new Map([...renames].filter(([from, to]) => from !== to)));
  const items = (name: string): YAMLMap[] => {
    const list = source.get(name, true);
    return isSeq(list) ? list.items.filter((item) => isMap(item)) : [];
  };
  const changed = edit(text, (document) => {
    for (const node of items('nodes')) append(document, 'nodes', node);
    for (const edge of items('edges')) append(document, 'edges', edge);
  });
  return { text: changed, keys: [...renames.values()] };
}
