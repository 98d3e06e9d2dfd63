import { liveRun } from './store.js';

export type { Attempt, NodeCourse, Wait } from './attempts.js';
export * from './hooks.js';
export type { LinkState } from './link.js';
export { type Courses, LOG_TAIL_LINES } from './record.js';
export { isItem, itemsOf, type LiveView, mapOf, type RunHead } from './state.js';

/** Opens the line again at once: a run that was over goes on, because somebody redrove it. */
export const reconnect = (runId: string): void => liveRun(runId).reconnect();

/** The node's status as it is now, for who does not want to be drawn anew with it. */
export const nodeStatus = (runId: string, key: string): string =>
  liveRun(runId).store.getState().view?.nodes.get(key)?.status ?? 'pending';
