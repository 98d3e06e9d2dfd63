import { useBlocker } from '@tanstack/react-router';
import { useBuilder } from './model/index.js';

/** Asks before unsaved work is left, but only when the browser could not keep it: a question that is always asked is never read. */
export function useLeaving(kept: boolean): void {
  const atRisk = useBuilder(({ dirty, readOnly }) => dirty && !readOnly) && !kept;
  useBlocker({
    shouldBlockFn: () =>
      atRisk &&
      !window.confirm('What you changed is not saved, and this browser could not keep it. Leave all the same?'),
    enableBeforeUnload: () => atRisk,
    disabled: !atRisk,
  });
}
