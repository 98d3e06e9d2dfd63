import fc from 'fast-check';
import { Bell } from './bell.js';
import { Ring } from './ring.js';

test('each reader gets every item once, in order, or learns how many are gone', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(8), { maxLength: 20 }), (size, pushes) => {
      const ring = new Ring<number>(size);
      let [pushed, position] = [0, 0];
      for (const count of pushes) {
        for (let i = 0; i < count; i++) ring.push(pushed++);
        const { items, dropped } = ring.since(position);
        expect(dropped).toBe(Math.max(0, count - size));
        expect(items).toEqual(Array.from({ length: count - dropped }, (_, i) => position + dropped + i));
        position = ring.end;
      }
      expect(ring.end).toBe(pushed);
    }),
  ));

test('a ring that nobody heard is kept for who listens next, once', async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.heard();
  let heard = false;
  const next = bell.heard().then(() => (heard = true));
  await Promise.resolve();
  expect(heard).toBe(false);
  bell.ring();
  await next;
});
