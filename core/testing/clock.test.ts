import fc from 'fast-check';
import { Clock } from './clock.js';

test('what is due comes in the order of its time, together what is due at one moment, and what is taken back never', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ at: fc.nat(20), back: fc.boolean() })), (given) => {
      const clock = new Clock(100);
      const came: { at: number; n: number }[] = [];
      for (const [n, { at, back }] of given.entries()) {
        const takeBack = clock.after(at, () => void came.push({ at: clock.now - 100, n }));
        if (back) takeBack();
      }
      let moments = 0;
      for (let due = clock.next(); due; due = clock.next(), moments++) for (const act of due) act();
      const expected = given.map(({ at, back }, n) => ({ at, n, back })).filter(({ back }) => !back);
      expected.sort((a, b) => a.at - b.at || a.n - b.n);
      expect(came).toEqual(expected.map(({ at, n }) => ({ at, n })));
      expect(moments).toBe(new Set(expected.map(({ at }) => at)).size);
    }),
  );
});

test('what is due may take back what is due at the same moment', () => {
  const clock = new Clock(0);
  const came: string[] = [];
  let takeBack = () => undefined as void;
  clock.after(1, () => takeBack());
  takeBack = clock.after(1, () => void came.push('never'));
  for (const act of clock.next()!) act();
  expect([came, clock.next()]).toEqual([[], undefined]);
});
