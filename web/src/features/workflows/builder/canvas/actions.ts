import type { NodeType } from '../../../../../../core/spec/plan.js';
import { NODE_LOOKS } from '../../../../ui/node-types.js';
import {
  addEdge,
  addNode,
  copyNodes,
  isClip,
  pasteNodes,
  type Positions,
  removeEdges,
  removeNodes,
  type Selection,
  useBuilder,
} from '../model/index.js';

/** What one can do to the graph; keys, buttons and the mouse all come here. Each is one step that can be undone. */

const store = () => useBuilder.getState();
const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** The one node that is selected. */
export const selectedNode = (): string | undefined => {
  const { nodes } = store().selection;
  return nodes.length === 1 ? nodes[0] : undefined;
};

/** A new node, selected. `after`: with an edge from there. `at`: where it is to stand. False when the text can't be changed. */
export function add(
  type: NodeType,
  { after, at }: { after?: string | undefined; at?: { x: number; y: number } } = {},
): boolean {
  const label = `Add ${NODE_LOOKS[type].label.toLowerCase()}${after === undefined ? '' : ` after ${after}`}`;
  let key = '';
  const done = store().change((text) => {
    const added = addNode(text, { type, after });
    key = added.key;
    return added.text;
  }, label);
  if (!done) return false;
  if (at) useBuilder.setState(({ positions }) => ({ positions: { ...positions, [key]: at } }));
  store().select({ nodes: [key] });
  return true;
}

export function connect(from: string, to: string): void {
  const { edges } = store().view;
  if (from === to) return store().refuse('A node can not lead to itself.');
  if (edges.some((edge) => edge.from === from && edge.to === to && edge.on === 'success'))
    return store().refuse(`${from} leads to ${to} already.`);
  if (store().change((text) => addEdge(text, { from, to }), `Connect ${from} to ${to}`))
    store().select({ edges: [store().view.edges.length - 1] });
}

/** Selected nodes with their edges, and selected edges. What stood before the first of them is selected then. */
export function removeSelected(): void {
  const { selection, view } = store();
  const { nodes, edges } = selection;
  if (nodes.length === 0 && edges.length === 0) return store().refuse('Nothing is selected.');
  const what = [...(nodes.length > 0 ? [nodes.length === 1 ? nodes[0]! : count(nodes.length, 'node')] : [])];
  if (edges.length > 0) what.push(count(edges.length, 'edge'));
  const before = view.edges.find(({ to, from }) => to === nodes[0] && !nodes.includes(from))?.from;
  const left = nodes.length === 0 ? view.edges.find(({ index }) => index === edges[0])?.from : before;
  store().change(
    (text) => removeNodes(edges.length > 0 ? removeEdges(text, edges) : text, nodes),
    `Delete ${what.join(' and ')}`,
    { nodes: left === undefined ? [] : [left] },
  );
}

/** As removeSelected, of what a form is of, which may be less than what is selected. */
export function remove(what: Partial<Selection>): void {
  store().select(what);
  removeSelected();
}

/** The selected nodes as text; undefined when there are none, which is said. */
export function copySelected(): string | undefined {
  const { text, selection, say, refuse } = store();
  if (selection.nodes.length === 0) {
    refuse('No node is selected.');
    return undefined;
  }
  try {
    const clip = copyNodes(text, selection.nodes);
    say(`Copied ${count(selection.nodes.length, 'node')} as text.`);
    return clip;
  } catch (err) {
    refuse((err as Error).message);
    return undefined;
  }
}

export function paste(clip: string, label = 'Paste'): void {
  if (!isClip(clip)) return store().refuse('What is in the clipboard is no node.');
  let keys: string[] = [];
  const done = store().change((text) => {
    const pasted = pasteNodes(text, clip);
    keys = pasted.keys;
    return pasted.text;
  }, label);
  if (!done) return;
  store().select({ nodes: keys });
  store().say(`${label}: ${keys.join(', ')}`);
}

export function duplicate(): void {
  const clip = copySelected();
  if (clip !== undefined) paste(clip, 'Duplicate');
}

export const selectAll = (): void => store().select({ nodes: store().view.nodes.map(({ key }) => key) });

/** Forgets what was placed by hand. */
export const arrange = (): void =>
  Object.keys(store().positions).length === 0
    ? store().refuse('All stands where the layout puts it.')
    : store().move({}, 'Arrange');

/** Puts nodes somewhere by hand. */
export const place = (moved: Positions): void =>
  store().move({ ...store().positions, ...moved }, `Move ${Object.keys(moved).join(', ')}`);
