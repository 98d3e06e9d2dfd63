import ELK from 'elkjs/lib/elk-api.js';
import { fromElk, type Graph, type Placed, toElk } from './elk.js';

export type { Graph, GraphEdge, GraphNode, Placed, Point } from './elk.js';
export { crowdedEnds, labelPlace, smooth } from './lines.js';
export { quickly } from './quickly.js';
export { roughly } from './roughly.js';

let elk: InstanceType<typeof ELK> | undefined;

/** The worker is made when it is first needed, and kept: it takes longer to load than most graphs to place. */
const engine = (): InstanceType<typeof ELK> =>
  (elk ??= new ELK({
    workerFactory: () => new Worker(new URL('./elk.worker.ts', import.meta.url), { type: 'module' }),
  }));

/**
 * Places a graph in layers with ELK, in a worker. Deterministic: the same graph gives the same places, and nodes keep the order that they are
 * given in wherever that costs no crossings. `direction`: where edges lead to. Rejects when ELK can't place it.
 */
export async function layout(graph: Graph, direction: 'down' | 'right' = 'down'): Promise<Placed> {
  if (graph.nodes.length === 0) return { nodes: new Map(), edges: new Map(), width: 0, height: 0 };
  return fromElk(await engine().layout(toElk(graph, direction)));
}
