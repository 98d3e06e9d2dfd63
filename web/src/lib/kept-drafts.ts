const PREFIX = 'heddle.draft.';
const CASES = 'heddle.cases.';
// No name has a blank in it.
const NEW = ' new';
const ASIDE = ' aside';

const GATE_PREFIX = 'heddle.gate-draft.';
/** Where what somebody has typed at a gate is kept, in the storage of the tab. `of`: whose it is, and at which gate. */
export const gateDraftKey = (of: string): string => `${GATE_PREFIX}${of}`;

/**
 * Where the draft of an org's workflow is kept in the browser's storage; null: of a new one, and there is one. `aside`: another that was
 * found there, of an earlier time or of another tab, and has not been answered yet.
 */
export const draftKey = (org: string, name: string | null, aside = false): string =>
  `${PREFIX}${org}.${name ?? NEW}${aside ? ASIDE : ''}`;

/** Where the test cases of an org's workflow are kept, as text: they are nowhere else. */
export const casesKey = (org: string, name: string): string => `${CASES}${org}.${name}`;

const keysOf = (prefix: string): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
const nameIn = (key: string, prefix: string): string => key.slice(key.indexOf('.', prefix.length) + 1);

/** The workflows, of whatever org, that have work in this browser which was not saved; null: a new one. */
export function unsavedDrafts(): (string | null)[] {
  const names = keysOf(PREFIX)
    .filter(isUnsaved)
    .map((key) => nameIn(key, PREFIX))
    .map((name) => (name.endsWith(ASIDE) ? name.slice(0, -ASIDE.length) : name));
  return [...new Set(names)].map((name) => (name === NEW ? null : name));
}

/** The workflows, of whatever org, whose test cases are in this browser. */
export const keptCases = (): string[] => keysOf(CASES).map((key) => nameIn(key, CASES));

/** All that was typed and not sent or saved, of whomever, as far as it is kept in this browser. */
export function dropDrafts(): void {
  for (const key of [...keysOf(PREFIX), ...keysOf(CASES)]) localStorage.removeItem(key);
  for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(GATE_PREFIX)))
    sessionStorage.removeItem(key);
}

function isUnsaved(key: string): boolean {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as { unsaved?: unknown } | null)?.unsaved === true;
  } catch {
    return false; // of another time, and offered to nobody
  }
}
