import { useSyncExternalStore } from 'react';
import type { Gate } from './gates.js';

/** Notices of the browser about new gates: only where the reader has asked for them, in this browser. */
const KEY = 'heddle.notify';
const listeners = new Set<() => void>();

export type NotifyState = 'unsupported' | 'denied' | 'off' | 'on';

export const stateOf = (permission: NotificationPermission | undefined, wanted: boolean): NotifyState => {
  if (permission === undefined) return 'unsupported';
  if (permission === 'denied') return 'denied';
  return permission === 'granted' && wanted ? 'on' : 'off';
};

const permission = (): NotificationPermission | undefined =>
  typeof Notification === 'undefined' ? undefined : Notification.permission;

function isWanted(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false; // no storage allowed
  }
}
function want(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // Then there are none.
  }
  for (const tell of listeners) tell();
}

export const useNotify = (): NotifyState =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => stateOf(permission(), isWanted()),
  );

/** Asks the browser for its permission: only ever on a click. */
export async function turnOn(): Promise<NotifyState> {
  const given = permission() === 'default' ? await Notification.requestPermission() : permission();
  want(given === 'granted');
  return stateOf(given, true);
}
export const turnOff = (): void => want(false);

type Asked = Pick<Gate, 'run_id' | 'node_key' | 'round'>;
/** One asking of a gate: asked again is news again. */
export const askingOf = ({ run_id, node_key, round }: Asked): string => `${run_id} ${node_key} ${round}`;

/** Those that were not there when it was looked last; nothing is news at first. */
export const newsIn = <G extends Asked>(seen: ReadonlySet<string> | undefined, gates: readonly G[]): G[] =>
  seen ? gates.filter((gate) => !seen.has(askingOf(gate))) : [];

/** So many are told one by one; more of them together. */
export const MOST_NOTICES = 3;
export function noticesOf<G extends Asked & Pick<Gate, 'title' | 'workflow'>>(
  news: readonly G[],
): { title: string; body: string; tag: string; gate: G | undefined }[] {
  if (news.length > MOST_NOTICES)
    return [{ title: `${news.length} gates wait for you`, body: '', tag: 'many', gate: undefined }];
  return news.map((gate) => ({ title: gate.title, body: gate.workflow, tag: askingOf(gate), gate }));
}
