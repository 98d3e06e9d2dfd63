import { Slots } from './slots.js';

const never = new AbortController().signal;

test('so many at once, and the rest in the order in which they came', async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  const give = [await slots.take(never), await slots.take(never)];
  const waiting = [3, 4, 5].map((n) => slots.take(never).then((back) => (order.push(n), back)));
  await Promise.resolve();
  expect(order).toEqual([]);
  give[1]!();
  (await waiting[0]!)();
  (await waiting[1]!)();
  await waiting[2];
  expect(order).toEqual([3, 4, 5]);
});

test('a slot is given back once, however often it is given', async () => {
  const slots = new Slots(1);
  const give = await slots.take(never);
  give();
  give();
  await slots.take(never);
  let second = false;
  void slots.take(never).then(() => (second = true));
  await new Promise(setImmediate);
  expect(second).toBe(false);
});

test('who leaves the line is not called, and does not take a slot with it', async () => {
  const slots = new Slots(1);
  const give = await slots.take(never);
  const stop = new AbortController();
  const leaving = slots.take(stop.signal);
  const next = slots.take(never);
  stop.abort(new Error('stopped'));
  await expect(leaving).rejects.toThrow('stopped');
  give();
  await expect(next).resolves.toBeInstanceOf(Function);
});

test('an abort after the turn has come changes nothing', async () => {
  const slots = new Slots(1);
  const stop = new AbortController();
  const give = await slots.take(never);
  const turn = slots.take(stop.signal);
  give();
  const mine = await turn;
  stop.abort();
  mine();
  await expect(slots.take(never)).resolves.toBeInstanceOf(Function);
});

test('an abort before asking', async () => {
  await expect(new Slots(1).take(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
