const PREFIX = 'heddle.draft.';
// No name has a blank in it.
const NEW = ' new';
const ASIDE = ' aside';

/**
 * Where the draft of an org's workflow is kept in the browser's storage; null: of a new one, and there is one. `aside`: another that was
 * found there, of an earlier time or of another tab, and has not been answered yet.
 */
export const draftKey = (org: string, name: string | null, aside = false): string =>
  `${PREFIX}${org}.${name ?? NEW}${aside ? ASIDE : ''}`;

const draftKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** The workflows, of whatever org, that have work in this browser which was not saved; null: a new one. */
export function unsavedDrafts(): (string | null)[] {
  const names = draftKeys()
    .filter(isUnsaved)
    .map((key) => key.slice(key.indexOf('.', PREFIX.length) + 1))
    .map((name) => (name.endsWith(ASIDE) ? name.slice(0, -ASIDE.length) : name));
  return [...new Set(names)].map((name) => (name === NEW ? null : name));
}

export function dropDrafts(): void {
  for (const key of draftKeys()) localStorage.removeItem(key);
}

function isUnsaved(key: string): boolean {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as { unsaved?: unknown } | null)?.unsaved === true;
  } catch {
    return false; // of another time, and offered to nobody
  }
}
