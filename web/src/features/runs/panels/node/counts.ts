import type { NodeStatus } from '../../../../../../core/engine/outcome.js';

/** What needs somebody comes first. */
const ORDER: NodeStatus[] = [
  ...(['failed', 'held', 'running', 'waiting', 'queued', 'pending', 'completed', 'skipped', 'cancelled'] as const),
];

/** How many are in each state that there is. */
export function countsOf(items: readonly { status: NodeStatus }[]): [NodeStatus, number][] {
  const counts = new Map<NodeStatus, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return ORDER.flatMap((status) => (counts.has(status) ? [[status, counts.get(status)!]] : []));
}
