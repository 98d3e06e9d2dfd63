import { judgeJoin } from './edges.js';
import { skipReason } from './reasons.js';
import { isFinal, type TakesUp } from './state.js';
import type { Walk } from './walk.js';

/** How a walk begins that takes up what another execution had come to (redrive.ts, fork.ts make its start). */

/** Says so, and of a fork what it takes over: its events then tell the whole story of the run. */
export function tellTakenUp(walk: Walk, takesUp: TakesUp): void {
  walk.since = walk.at;
  if (walk.startedAt === 0) walk.startedAt = walk.at;
  walk.note({ taken_up: takesUp });
  if (takesUp.is === 'fork') tellTakenOver(walk);
  walk.note({ run: 'running' });
}

function tellTakenOver(walk: Walk): void {
  for (const [index, { status, input, output, error, queued_at, finished_at }] of walk.nodes.entries()) {
    if (!isFinal(status)) continue;
    const node = walk.key(index);
    if (queued_at !== null) walk.note({ at: queued_at, node, status: 'queued', input });
    const more = { ...(output === null ? {} : { output }), ...(error ? { error } : {}) };
    walk.note({ at: finished_at ?? walk.at, node, status, ...more });
  }
}

/** Fires what may begin now; edges that are open again resolve by what their nodes settled to (`settled`). */
export function takeUp(walk: Walk, settled: (node: number) => void): void {
  for (const [index, node] of walk.plan.nodes.entries()) {
    const state = walk.nodes[index]!;
    if (isFinal(state.status)) {
      if (node.out.some((edge) => walk.edges[edge] === 'open')) settled(index);
    } else if (state.status === 'pending') {
      const verdict = node.in.length === 0 ? 'fire' : judgeJoin(node.join, state);
      if (verdict === 'fire') walk.fire(index);
      else if (verdict === 'skip') walk.settle(index, 'skipped', { reason: skipReason(walk, index) });
    }
  }
}
