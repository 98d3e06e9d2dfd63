import type { Action } from '../../../../../core/auth/can.js';
import type { RunSummary } from './rows.js';
import { isOpen } from './statuses.js';

/** What can be done to many runs at once. */
export type BulkAct = 'retry' | 'pause' | 'resume' | 'cancel' | 'terminate';

interface BulkRule {
  label: string;
  /** `Cancel 3 runs`. */
  verb: string;
  done: string;
  /** Who may. */
  action: Action;
  /** What comes of it, for those who are about to do it. */
  told: string;
  danger?: true;
  /** Why it is not for that run; undefined: it is. */
  refuses: (run: RunSummary) => string | undefined;
}

const over = ({ status }: RunSummary): string | undefined => (isOpen(status) ? undefined : 'is over');

export const BULK: Record<BulkAct, BulkRule> = {
  retry: {
    ...{ label: 'Retry', verb: 'Retry', done: 'tried again', action: 'runs:repair' },
    told: 'Held nodes are tried again; runs that are over go on from what failed in them. What completed is kept.',
    refuses(run) {
      if (run.status === 'held') return undefined;
      if (isOpen(run.status)) return 'has nothing to retry yet';
      if (run.status === 'completed') return 'has completed';
      return run.parent ? 'is a part of another run: retry that one' : undefined;
    },
  },
  pause: {
    ...{ label: 'Pause', verb: 'Pause', done: 'paused', action: 'runs:repair' },
    told: 'They begin nothing more until they are resumed. What is under way goes on.',
    refuses: (run) => over(run) ?? (run.status === 'paused' ? 'is paused already' : undefined),
  },
  resume: {
    ...{ label: 'Resume', verb: 'Resume', done: 'resumed', action: 'runs:repair' },
    told: 'They go on where they were paused.',
    refuses: (run) => over(run) ?? (run.status === 'paused' ? undefined : 'is not paused'),
  },
  cancel: {
    ...{ label: 'Cancel', verb: 'Cancel', done: 'asked to stop', action: 'runs:cancel', danger: true },
    told: 'What is under way is told to stop, and what has happened is undone where the workflow says how. Parts of a run stop with it.',
    refuses: over,
  },
  terminate: {
    ...{ label: 'Terminate', verb: 'Terminate', done: 'terminated', action: 'runs:terminate', danger: true },
    told: 'They end at once. Nothing is cleaned up or undone. Cancel them unless that does not help.',
    refuses: over,
  },
};
export const BULK_ACTS = Object.keys(BULK) as BulkAct[];

/** Of the runs those that the act is for, and the others, with how many of them are left out why. */
export function split(
  act: BulkAct,
  runs: readonly RunSummary[],
): { takes: RunSummary[]; leaves: [why: string, count: number][] } {
  const takes: RunSummary[] = [];
  const leaves = new Map<string, number>();
  for (const run of runs) {
    const why = BULK[act].refuses(run);
    if (why === undefined) takes.push(run);
    else leaves.set(why, (leaves.get(why) ?? 0) + 1);
  }
  return { takes, leaves: [...leaves] };
}

export const runsInWords = (count: number): string => (count === 1 ? '1 run' : `${count.toLocaleString('en')} runs`);

export interface BulkState {
  total: number;
  done: number;
  failed: { id: string; why: string }[];
}

/**
 * Does `work` for each, so many at a time; one that fails stops none of the others. `signal`: what has begun is finished, and nothing more
 * is begun. `onState` hears of each.
 */
export async function runAll<T extends { id: string }>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  { atOnce, signal, onState }: { atOnce: number; signal: AbortSignal; onState: (state: BulkState) => void },
): Promise<BulkState> {
  let state: BulkState = { total: items.length, done: 0, failed: [] };
  const tell = (part: Partial<BulkState>): void => {
    state = { ...state, ...part };
    onState(state);
  };
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (signal.aborted) return;
      try {
        await work(item);
        tell({ done: state.done + 1 });
      } catch (err) {
        tell({ failed: [...state.failed, { id: item.id, why: err instanceof Error ? err.message : String(err) }] });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return state;
}
