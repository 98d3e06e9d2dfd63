import type { NodeView } from '../../../../../core/events/view.js';
import { isItem } from '../live/index.js';

export interface Wanted {
  /** In the key, the type, why it stands where it stands, or its error. */
  text: string;
  /** '' for all. */
  status: string;
  /** Also the items of maps. */
  items: boolean;
}

/** In the order in which they are given, a map's items behind their map. */
export function filtered(nodes: Iterable<NodeView>, { text, status, items }: Wanted): NodeView[] {
  const words = text.trim().toLowerCase();
  const fits = (node: NodeView): boolean =>
    (status === '' || node.status === status) && (words === '' || textOf(node).includes(words));
  const found: NodeView[] = [];
  const ofMap = new Map<string, NodeView[]>();
  for (const node of nodes) {
    if (!isItem(node.key)) found.push(node);
    else if (items) {
      const map = node.key.slice(0, node.key.indexOf('['));
      const known = ofMap.get(map);
      if (known) known.push(node);
      else ofMap.set(map, [node]);
    }
  }
  return found.flatMap((node) => [node, ...(ofMap.get(node.key) ?? []).toSorted(byIndex)]).filter(fits);
}

const byIndex = (a: NodeView, b: NodeView): number => indexOf(a.key) - indexOf(b.key);
const indexOf = (key: string): number => Number(key.slice(key.indexOf('[') + 1, -1));
const textOf = ({ key, type, why, error }: NodeView): string =>
  `${key} ${type.replace('_', ' ')} ${why ?? ''} ${error ? `${error.code} ${error.message}` : ''}`.toLowerCase();

/** How many there are in each state, in the order in which states are met. */
export function countsOf(nodes: Iterable<NodeView>, items: boolean): { all: number; byStatus: Map<string, number> } {
  const byStatus = new Map<string, number>();
  let all = 0;
  for (const { key, status } of nodes) {
    if (!items && isItem(key)) continue;
    all++;
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }
  return { all, byStatus };
}
