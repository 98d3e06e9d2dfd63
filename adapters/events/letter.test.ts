import fc from 'fast-check';
import { keyOf, lettersOf, lineOf, linesOf, SHARDS, shardOf, sizeOf } from './letter.js';

const event = fc.record({ run_id: fc.string({ unit: 'binary' }), text: fc.string({ unit: 'binary' }), n: fc.nat() });

test('any events come out of letters as they went in, in order within their run', () => {
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 1, max: 2_000 }), (events, most) => {
      const letters = lettersOf(events.map(lineOf), most);
      const lines = letters.flatMap(({ shard, text }) => [...linesOf(text)].map((line) => ({ ...line, shard })));
      for (const run of new Set(events.map(({ run_id }) => run_id))) {
        const theirs = lines.filter((line) => line.run === keyOf(run));
        expect(theirs.map(({ json }) => JSON.parse(json) as unknown)).toEqual(
          events.filter(({ run_id }) => run_id === run),
        );
        expect(new Set(theirs.map(({ shard }) => shard))).toEqual(new Set([shardOf(run)]));
      }
      expect(lines).toHaveLength(events.length);
    }),
  );
});

test('a letter is no larger than it may be, unless one event is; its length is its size', () => {
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 1, max: 2_000 }), (events, most) => {
      for (const { text } of lettersOf(events.map(lineOf), most)) {
        expect(Buffer.byteLength(text)).toBe(text.length);
        const [first, ...more] = [...linesOf(text)];
        if (text.length > most) expect([sizeOf({ shard: 0, ...first! }), more]).toEqual([text.length, []]);
      }
    }),
  );
});

test('runs are spread over all shards', () => {
  const shards = Array.from({ length: 1_000 }, (_, i) => shardOf(`run_${i}`));
  expect(new Set(shards).size).toBe(SHARDS);
});
