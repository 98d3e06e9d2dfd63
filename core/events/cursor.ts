/**
 * Cursors (P2): `<segment>.<history event id>.<n>`. They are ordered by their parts as numbers, so that a part that has outgrown its
 * padding still sorts right.
 */

/** Before every event of a run. */
export const BEGINNING = '';

/** The length of a cursor none of whose parts has outgrown its padding: those sort as text. */
const PADDED = '0000.000000.000000'.length;
const CURSOR = /^\d{4,9}\.\d{6,12}\.\d{6,12}$/;

/** What a client gave as its place: `''` and `0` mean the beginning. Undefined when it is no cursor. */
export function readCursor(text: string): string | undefined {
  if (text === '' || text === '0') return BEGINNING;
  return CURSOR.test(text) ? text : undefined;
}

export function compareCursors(a: string, b: string): number {
  if (a.length === PADDED && b.length === PADDED) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [i, part] of left.entries()) if (part !== right[i]!) return part - right[i]!;
  return 0;
}

const partsOf = (cursor: string): [number, number, number] => {
  const [segment = -1, event = -1, n = -1] = cursor === BEGINNING ? [] : cursor.split('.').map(Number);
  return [segment, event, n];
};

/** Where the first event after the cursor stands; the length when there is none yet. Events are in order of their cursors. */
export function indexAfter(events: readonly { cursor: string }[], cursor: string): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareCursors(events[middle]!.cursor, cursor) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
