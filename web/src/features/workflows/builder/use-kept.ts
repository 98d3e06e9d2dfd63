import { useCallback } from 'react';
import { create } from 'zustand';

const useValues = create<Record<string, unknown>>(() => ({}));

/**
 * State that outlives its component, for as long as the workspace is open: what is typed in a panel is there when the panel is opened again.
 * Not longer, for it may be private. `of` names it in the workspace; `first` is what it is until it is set.
 */
export function useKept<T>(of: string, first: T): [T, (next: T) => void] {
  const value = useValues((values) => (Object.hasOwn(values, of) ? (values[of] as T) : first));
  const set = useCallback((next: T) => useValues.setState({ [of]: next }), [of]);
  return [value, set];
}

/** The workspace is left. */
export const forgetKept = (): void => useValues.setState({}, true);
