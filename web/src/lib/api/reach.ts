import { useSyncExternalStore } from 'react';

/** Whether the server answered when it was asked last. What any request finds out, every screen knows. */
let reached = true;
const listeners = new Set<() => void>();

export function tellReached(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const tell of listeners) tell();
}

const watch = (tell: () => void): (() => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};
export const useReached = (): boolean => useSyncExternalStore(watch, () => reached);

/** A proxy says that there is nobody behind it: no answer of the API's own, which has problem details in it. */
export const isGatewayRefusal = (status: number, body: unknown): boolean =>
  [502, 503, 504].includes(status) && !(typeof body === 'object' && body !== null && 'code' in body);

/** The page was left, or the question is not asked any more: that says nothing of the server. */
export const wasGivenUp = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
