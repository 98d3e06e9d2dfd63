import { useBlocker } from '@tanstack/react-router';
import { useBuilder } from './model/index.js';

/** Somebody is on their way out, and waits for the answer. */
export interface Leaving {
  leave: () => void;
  stay: () => void;
}

/** Asks before unsaved work is left, but only when the browser could not keep it: a question that is always asked is never read. */
export function useLeaving(kept: boolean): Leaving | undefined {
  const atRisk = useBuilder(({ dirty, readOnly }) => dirty && !readOnly) && !kept;
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => atRisk,
    enableBeforeUnload: () => atRisk,
    disabled: !atRisk,
    withResolver: true,
  });
  return status === 'blocked' ? { leave: proceed, stay: reset } : undefined;
}
