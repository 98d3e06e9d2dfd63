import type { NodeView } from '../../../../../core/events/view.js';
import { MAP_INLINE_ITEMS } from '../../../../../core/limits.js';
import type { Draft } from './reduce.js';
import { type Durable, isItem, mapOf, pendingNode } from './state.js';

/** What an event means for the items of a map: of one of them, or of the map that they belong to. `before`: the node as it was. */
export function itemsAfter(draft: Draft, key: string, before: NodeView, { type, data }: Durable): void {
  if (isItem(key)) return count(draft, key, before.status);
  const node = draft.nodes.get(key)!;
  if (node.type !== 'map') return;
  if (type === 'node.running' && before.status !== 'running') begin(draft, node);
  else if (CLOSING.has(type)) close(draft, node);
  else if (type === 'node.queued' && (data.input === undefined || data.input === null)) draft.stale = true;
}
const CLOSING: ReadonlySet<string> = new Set(['node.completed', 'node.failed', 'node.cancelled', 'node.skipped']);

/** A map of few items goes over a list that is at hand; of a longer one, and of an artifact, only counts are known. What completed before stays. */
function begin(draft: Draft, node: NodeView): void {
  if (!Array.isArray(node.input) || node.input.length > MAP_INLINE_ITEMS) return void (draft.stale = true);
  let completed = 0;
  for (let index = 0; index < node.input.length; index++) {
    const key = `${node.key}[${index}]`;
    if (draft.nodes.get(key)?.status === 'completed') completed++;
    else draft.nodes.set(key, pendingNode(key, 'map'));
  }
  draft.nodes.set(node.key, { ...node, items: { total: node.input.length, completed, failed: 0 } });
}

function count(draft: Draft, key: string, before: NodeView['status']): void {
  const map = draft.nodes.get(mapOf(key));
  const { status } = draft.nodes.get(key)!;
  if (!map?.items || status === before) return;
  const items = { ...map.items };
  if (status === 'completed' || status === 'failed') items[status]++;
  draft.nodes.set(map.key, { ...map, items });
}

/** Items that were not asked for are skipped, and those under way cancelled. */
function close(draft: Draft, { key: map, items }: NodeView): void {
  for (let index = 0; index < (items?.total ?? 0); index++) {
    const item = draft.nodes.get(`${map}[${index}]`);
    if (!item) continue;
    const status =
      item.status === 'pending'
        ? 'skipped'
        : item.status === 'queued' || item.status === 'running'
          ? 'cancelled'
          : undefined;
    if (status) draft.nodes.set(item.key, { ...item, status });
  }
}
