import type { RunStatus } from '../../../../../core/engine/outcome.js';

export type ListedStatus = RunStatus;
/** As people look for them: what may need them first, then what is over. Each status stands here once. */
const ORDER: Record<RunStatus, number> = {
  ...{ running: 0, waiting: 1, held: 2, paused: 3, queued: 4 },
  ...{ failed: 5, timed_out: 6, terminated: 7, cancelled: 8, completed: 9 },
};
export const STATUSES = (Object.keys(ORDER) as RunStatus[]).toSorted((a, b) => ORDER[a] - ORDER[b]);
export const isRunStatus = (text: string): text is RunStatus => Object.hasOwn(ORDER, text);

const OPEN: ReadonlySet<string> = new Set<RunStatus>(['queued', 'running', 'waiting', 'held', 'paused']);
export const isOpen = (status: string): boolean => OPEN.has(status);
