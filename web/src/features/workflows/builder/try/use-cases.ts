import { casesKey } from '../../../../lib/kept-drafts.js';
import { useMe } from '../../../session/session.js';
import { useKept } from '../use-kept.js';

/**
 * The test cases of a workflow as they are edited, undefined before anybody has; and how to go on. They are kept in the browser like unsaved
 * specs: signing out removes them. `kept` is false when it would not keep them.
 */
export function useCases(name: string) {
  const { id } = useMe().org;
  const key = casesKey(id, name);
  const [typed, setTyped] = useKept<{ text: string; kept: boolean } | undefined>(`test cases of ${name}`, undefined);
  const change = (text: string): void => setTyped({ text, kept: keep(key, text) });
  return { text: typed?.text ?? found(key), kept: typed?.kept ?? true, change };
}

/** No text is none: the next time it begins with what stands there at first. */
function keep(key: string, text: string): boolean {
  try {
    if (text.trim() === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false; // it is full, or nothing may be stored
  }
}

function found(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined; // nothing may be read
  }
}
