const PREFIX = 'heddle.draft.';
const NEW = ' new'; // no name begins with a blank

const GATE_PREFIX = 'heddle.gate-draft.';
/** Where what somebody has typed at a gate is kept, in the storage of the tab. `of`: whose it is, and at which gate. */
export const gateDraftKey = (of: string): string => `${GATE_PREFIX}${of}`;

/** Where the draft of an org's workflow is kept in the browser's storage; null: of a new one, and there is one. */
export const draftKey = (org: string, name: string | null): string => `${PREFIX}${org}.${name ?? NEW}`;

const draftKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** The workflows, of whatever org, that have work in this browser which was not saved; null: a new one. */
export function unsavedDrafts(): (string | null)[] {
  return draftKeys()
    .filter(isUnsaved)
    .map((key) => key.slice(key.indexOf('.', PREFIX.length) + 1))
    .map((name) => (name === NEW ? null : name));
}

/** All that was typed and not sent or saved, of whomever, as far as it is kept in this browser. */
export function dropDrafts(): void {
  for (const key of draftKeys()) localStorage.removeItem(key);
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
