import fc from 'fast-check';
import { compareCursors, indexAfter, readCursor } from './cursor.js';

test.each([
  ['', ''],
  ['0', ''],
  ['0000.000004.000000', '0000.000004.000000'],
  ['10000.1234567.0000001', '10000.1234567.0000001'],
])('%j is the place %j', (text, place) => expect(readCursor(text)).toBe(place));

test.each([
  '1',
  '00',
  'x',
  ' ',
  '0000.000004',
  '0000.000004.000000.0',
  '0000.000004.00000x',
  '-000.000004.000000',
  '0.0.0',
])('%j is no cursor', (text) => expect(readCursor(text)).toBeUndefined());

const pad = (n: number, width: number) => String(n).padStart(width, '0');
const place = fc.tuple(fc.nat(20_000), fc.nat(2_000_000), fc.nat(2_000_000)).map(([segment, event, n]) => ({
  at: [segment, event, n],
  cursor: `${pad(segment, 4)}.${pad(event, 6)}.${pad(n, 6)}`,
}));

test('P2: cursors are ordered as the numbers in them, also past their padding', () =>
  fc.assert(
    fc.property(place, place, (a, b) => {
      const difference = a.at.map((part, i) => part - b.at[i]!).find((part) => part !== 0) ?? 0;
      expect(Math.sign(compareCursors(a.cursor, b.cursor))).toBe(Math.sign(difference));
      expect(compareCursors('', a.cursor)).toBeLessThan(0);
    }),
  ));

test('the place after a cursor splits the events into those seen and those to come, also when the cursor is of none of them', () =>
  fc.assert(
    fc.property(fc.uniqueArray(place, { selector: ({ cursor }) => cursor }), place, (places, { cursor }) => {
      const events = places.toSorted((a, b) => compareCursors(a.cursor, b.cursor));
      const seen = events.filter((event) => compareCursors(event.cursor, cursor) <= 0);
      expect(indexAfter(events, cursor)).toBe(seen.length);
      expect(indexAfter(events, '')).toBe(0);
    }),
  ));
