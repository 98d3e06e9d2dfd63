import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import type { NodeView, RunView } from '../../../../../core/events/view.js';
import type { Json } from '../../../../../core/json.js';
import type { NodeType, Plan } from '../../../../../core/spec/plan.js';

/** A run without its nodes and its cursor, which stand beside it: another object only when something of the run itself is another. */
export type RunHead = Omit<RunView, 'nodes' | 'cursor'>;

/**
 * A run as its watcher knows it. It holds:
 *
 * 1. `run` and `nodes` are what history says after the event `cursor`: `GET /workflow_runs/:id` answers the same there. What events do not
 *    tell (why a node waits, what a late input became) is `null` until the run is read again.
 * 2. Ephemeral events only tell of a node that is queued or running that an attempt of it began or failed.
 * 3. An object that stands here is never changed: who holds it may compare by identity.
 */
export interface LiveView {
  run: RunHead;
  /** By key: the plan's nodes in its order, and the items of maps behind them. */
  nodes: ReadonlyMap<string, NodeView>;
  /** The newest durable event that this contains; '' when none. */
  cursor: string;
  /** What nodes say of their progress: live only. */
  progress: ReadonlyMap<string, Json>;
  /** Attempts that were heard of before history told that their node is queued. */
  ahead: ReadonlyMap<string, { attempt: number; at: string }>;
  /** History's last attempt of a node and when it began, also while the node does not count as begun. */
  seen: ReadonlyMap<string, { attempt: number; at: string }>;
  /** Attempts that are known to have failed, though history tells only now that they began. */
  over: ReadonlyMap<string, number>;
  /** What nodes were before they were taken back: that may still hold. */
  was: ReadonlyMap<string, NodeView>;
  /** The act on a node that was told last. */
  acted?: { node: string; at: string };
  /** Something happened that events do not tell, such as another plan: the run has to be read again before it is whole. */
  stale: boolean;
}

/** The run as it was read, whole. */
export function viewOf(view: RunView, plan?: Plan): LiveView {
  const { nodes, cursor, ...run } = view;
  const began = nodes.filter(({ started_at }) => started_at !== null);
  const live: LiveView = {
    run,
    nodes: new Map(nodes.map((node) => [node.key, node])),
    cursor,
    ...{ progress: new Map(), ahead: new Map(), over: new Map(), was: new Map() },
    seen: new Map(began.map(({ key, attempt, started_at }) => [key, { attempt, at: started_at! }])),
    stale: false,
  };
  return plan ? withPlan(live, plan) : live;
}

/** Nodes that the run has not come to yet are pending; those of another plan than before are left out. */
export function withPlan(live: LiveView, plan: Plan): LiveView {
  const planned = plan.nodes.map(({ key, type }) => [key, live.nodes.get(key) ?? pendingNode(key, type)] as const);
  const keys = new Set(plan.nodes.map(({ key }) => key));
  const items = [...live.nodes].filter(([key]) => isItem(key) && keys.has(mapOf(key)));
  return { ...live, nodes: new Map([...planned, ...items]) };
}

export const pendingNode = (key: string, type: NodeType): NodeView => ({
  ...{ key, type, status: 'pending', attempt: 0, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null },
});

export const isItem = (key: string): boolean => key.includes('[');
export const mapOf = (itemKey: string): string => itemKey.slice(0, itemKey.indexOf('['));

/** The items of a map that are known, by index. */
export function itemsOf({ nodes }: Pick<LiveView, 'nodes'>, map: string): NodeView[] {
  const items: NodeView[] = [];
  for (let index = 0, total = nodes.get(map)?.items?.total ?? 0; index < total; index++) {
    const item = nodes.get(`${map}[${index}]`);
    if (item) items.push(item);
  }
  return items;
}

/** A durable event, which has a cursor. */
export type Durable = CloudEvent & { id: string };
export const isDurable = (event: CloudEvent): event is Durable => event.id !== undefined;

/** What was read of the run, with what was heard since of attempts that history does not tell yet. */
export function merge(live: LiveView, read: LiveView): LiveView {
  const nodes = new Map(read.nodes);
  for (const [key, node] of read.nodes) {
    const ours = live.nodes.get(key);
    if (!ours) continue;
    const newer = AT_WORK.has(node.status) && AT_WORK.has(ours.status) && ours.attempt > node.attempt;
    const { status, attempt, started_at, why } = ours;
    nodes.set(key, same(ours, newer ? { ...node, status, attempt, started_at, why } : node));
  }
  const { progress, ahead, over, was } = live;
  return { ...read, run: same(live.run, read.run), nodes, progress, ahead, over, was };
}
const AT_WORK: ReadonlySet<NodeView['status']> = new Set(['queued', 'running']);

/** The one that is shown already, if it says the same: nothing is drawn anew for it. */
const same = <T>(ours: T, read: T): T => (isEqual(ours, read) ? ours : read);

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => key in b && isEqual(a[key as never], b[key as never]))
  );
}
