import { resume } from './carry.js';
import { type Carried, isFinal } from './state.js';
import { takeUp, tellTakenUp } from './take-up.js';
import type { Walk } from './walk.js';

/** The first step of a walk: of a run, of a new segment of it, or of one that takes up what another execution had come to. */
export function begin(walk: Walk): void {
  const carried = walk.startedAt > 0;
  walk.status = 'running';
  const takesUp = walk.start.takes_up && walk.since === undefined ? walk.start.takes_up : undefined;
  if (takesUp) tellTakenUp(walk, takesUp);
  else if (!carried) {
    walk.startedAt = walk.at;
    walk.note({ run: 'running' });
  }
  const { timeout_ms } = walk.plan.run;
  if (walk.ending) return walk.undoing.resume();
  if (timeout_ms !== undefined) walk.timer('~timeout', (walk.since ?? walk.startedAt) + timeout_ms - walk.at);
  if (!carried || takesUp) walk.places.begin();
  if (walk.end) return;
  if (takesUp) takeUp(walk, (node) => walk.settled.put(node));
  else if (carried) resume(walk, (node) => walk.fire(node));
  else for (const [index, node] of walk.plan.nodes.entries()) if (node.in.length === 0) walk.fire(index);
}

/** What an earlier segment, or another execution, left behind. */
export function adopt(walk: Walk, carried: Carried): void {
  walk.startedAt = carried.started_at;
  walk.since = carried.since;
  walk.paused = carried.paused;
  walk.reopened = carried.reopened ?? 0;
  walk.amendments.push(...(carried.amendments ?? []));
  walk.ending = carried.ending;
  if (carried.places) walk.places.adopt(carried.places);
  for (const [act, at] of carried.spent ?? []) walk.spent.set(act, at);
  for (const { index, ...state } of carried.nodes) {
    walk.nodes[index] = state;
    if (isFinal(state.status)) walk.unsettled--;
    if (state.status === 'waiting') walk.waiting++;
    if (state.status === 'held' || state.undo?.status === 'held') walk.held++;
  }
  for (const [index, state] of carried.edges) walk.edges[index] = state;
}
