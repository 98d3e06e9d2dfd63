import fc from 'fast-check';
import type { Letter } from './letter.js';
import { Slices, slicesOf } from './slices.js';

const letter = (n: number, size: number, publisher = 'p'): Letter => ({
  shard: 3,
  publisher,
  n,
  text: 'x'.repeat(size),
});
const takeAll = (slices: Slices, pieces: string[]): (Letter | undefined)[] =>
  pieces.map((piece) => slices.take(3, piece));

test('letters of any size come together again, also when publishers take turns', () => {
  const sizes = fc.array(fc.nat({ max: 40_000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sizes, sizes, fc.array(fc.boolean()), (ours, theirs, turns) => {
      const queues = [ours, theirs].map((each, who) => each.map((size, n) => letter(n + 1, size, `p-_${who}`)));
      const waiting = queues.map((letters) => letters.flatMap(slicesOf));
      const slices = new Slices();
      const got: Letter[] = [];
      for (const turn of [...turns, ...Array.from({ length: 60 }, (_, i) => i % 2 === 0)]) {
        const piece = waiting[Number(turn)]!.shift();
        if (piece === undefined) continue;
        expect(Buffer.byteLength(piece)).toBeLessThan(8_000);
        const whole = slices.take(3, piece);
        if (whole) got.push(whole);
      }
      for (const [who, letters] of queues.entries())
        expect(got.filter(({ publisher }) => publisher === `p-_${who}`)).toEqual(letters);
    }),
  );
});

test.each([
  ['its beginning was missed', slicesOf(letter(1, 20_000)).slice(1)],
  ['a piece is missing', slicesOf(letter(1, 20_000)).filter((_, i) => i !== 1)],
  ['another letter began meanwhile', [slicesOf(letter(1, 20_000))[0]!, slicesOf(letter(2, 20_000))[1]!]],
  ['it is no piece', ['hello', '', 'p 1 1', '\np 1 1/1\n', 'p 1 1/1']],
])('a letter is passed over when %s, and the next one comes through', (_why, pieces) => {
  const slices = new Slices();
  expect(takeAll(slices, pieces)).toEqual(pieces.map(() => undefined));
  expect(takeAll(slices, slicesOf(letter(9, 9_000))).at(-1)).toEqual(letter(9, 9_000));
});
