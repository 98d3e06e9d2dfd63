import { useSyncExternalStore } from 'react';
import { normal, type RunsSearch } from './filters.js';

/** A filter by name. It is kept in this browser, and is nothing but an address. */
export interface Saved {
  name: string;
  search: RunsSearch;
}
export const MOST_SAVED = 20;
const keyFor = (org: string): string => `heddle.filters.${org}`;

/** What is not as it was written is left out. */
export function readSaved(text: string | null): Saved[] {
  try {
    const all: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(all) ? all.filter(isSaved) : [];
  } catch {
    return []; // somebody else's text
  }
}

function isSaved(each: unknown): each is Saved {
  const { name, search } = (each ?? {}) as Partial<Saved>;
  return typeof name === 'string' && typeof search === 'object' && search !== null;
}

/** At its end; in the place of one of the same name. Undefined: there are too many. */
export function withSaved(all: readonly Saved[], name: string, search: RunsSearch): Saved[] | undefined {
  const one = { name, search: normal(search) };
  const at = all.findIndex((each) => each.name === name);
  if (at >= 0) return all.with(at, one);
  return all.length >= MOST_SAVED ? undefined : [...all, one];
}

const listeners = new Set<() => void>();
const cache = new Map<string, { text: string | null; all: Saved[] }>();

function current(org: string): Saved[] {
  let text: string | null = null;
  try {
    text = localStorage.getItem(keyFor(org));
  } catch {
    // No storage allowed: there are none.
  }
  const known = cache.get(org);
  if (known && known.text === text) return known.all;
  const all = readSaved(text);
  cache.set(org, { text, all });
  return all;
}

/** The org's saved filters in this browser, in all of its tabs. `put` is false when the browser keeps nothing. */
export function useSaved(org: string): { saved: Saved[]; put: (all: Saved[]) => boolean } {
  const saved = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      window.addEventListener('storage', tell);
      return () => {
        listeners.delete(tell);
        window.removeEventListener('storage', tell);
      };
    },
    () => current(org),
  );
  return { saved, put: (all) => put(org, all) };
}

function put(org: string, all: Saved[]): boolean {
  try {
    localStorage.setItem(keyFor(org), JSON.stringify(all));
  } catch {
    return false;
  }
  for (const tell of listeners) tell();
  return true;
}
