import { EventPost } from '../../adapters/event-post.js';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import { removeExpiredEvents, type Sending, SentEvents } from '../../adapters/postgres/sent-events.js';
import type { EventFate, EventWait, NamedEvent } from '../../core/contract/named-events.js';
import { Fault } from '../../core/fault.js';
import type { JsonSchema } from '../../core/json.js';
import { cloneDatabase } from '../support/e2e.js';
import { storedOrg, storedRun } from '../support/stored-runs.js';

/** Events that are sent to whoever waits, by PostgreSQL itself; runs that take them are played here. */
let db: Db;
let rows: SentEvents;
let count = 0;

beforeAll(async () => {
  db = openDb(await cloneDatabase(`events_${process.pid}`), 10);
  await Promise.all(['org_e', 'org_f'].map((id) => storedOrg(db, id)));
  rows = new SentEvents(db, { hydrate: (_org, value) => Promise.resolve(value) });
});
afterAll(() => db.$disconnect());

const newKey = (): string => `k${count++}`;
async function newRun(org = 'org_e'): Promise<string> {
  const id = `run_e${count++}`;
  await storedRun(db, { id, orgId: org });
  return id;
}
const waitOf = (run: string, key: string, more: Partial<EventWait> = {}, org = 'org_e'): EventWait => ({
  run: { id: run, org, workflow: 'stored', version: 1 },
  ...{ node: 'w', name: 'payment', key, ...more },
});
const sending = (key: string, id: string, more: Partial<Sending> = {}): Sending => ({
  ...{ org: 'org_e', name: 'payment', key, id: `${key}-${id}`, data: { id }, sender: 'key:x', ttl_ms: 60_000, ...more },
});
const dueIn = async (event: bigint) => (await rows.due({ event }, 100)).map(({ run_id }) => run_id).sort();
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2)); // so that times differ

test('who waits is told, by name, key and org; a second of the same id is the same', async () => {
  const key = newKey();
  const [a, b, other, foreign] = [await newRun(), await newRun(), await newRun(), await newRun('org_f')];
  expect(await rows.await(waitOf(a, key))).toEqual({ event: null });
  await rows.await(waitOf(b, key));
  await rows.await(waitOf(other, newKey()));
  await rows.await(waitOf(foreign, key, {}, 'org_f'));
  const { event, repeated } = await rows.send(sending(key, 'one'));
  expect([repeated, await dueIn(event)]).toEqual([false, [a, b].sort()]);
  expect(await rows.send(sending(key, 'one', { data: 'other' }))).toEqual({ event, repeated: true });
  expect((await rows.due({ event }, 1))[0]!.sent).toMatchObject({
    id: `${key}-one`,
    data: { id: 'one' },
    only_waiting: true,
  });
});

test('an early event goes to the first run that begins to wait, and to each that was accepted before it was sent', async () => {
  const key = newKey();
  const before = await newRun();
  await later();
  await rows.send(sending(key, 'one'));
  await later();
  await rows.send(sending(key, 'two'));
  await later();
  const [first, second, third] = [await newRun(), await newRun(), await newRun()];
  const idOf = async (run: string, more: Partial<EventWait> = {}) =>
    (await rows.await(waitOf(run, key, more))).event?.id.slice(key.length + 1);
  expect(await idOf(first)).toBe('one');
  expect(await idOf(first)).toBe('one'); // the same call once more
  expect(await idOf(second)).toBe('two');
  expect(await idOf(third)).toBeUndefined();
  expect([await idOf(before), await idOf(before, { node: 'v' }), await idOf(before, { node: 'u' })]).toEqual([
    'one',
    'two',
    undefined,
  ]);
});

test('what does not fit is refused when nobody takes it, and passed by when it is kept', async () => {
  const key = newKey();
  const schema: JsonSchema = { type: 'object', required: ['amount'] };
  const [strict, any] = [await newRun(), await newRun()];
  await rows.await(waitOf(strict, key, { schema }));
  await expect(rows.send(sending(key, 'one'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await rows.await(waitOf(any, key));
  const { event } = await rows.send(sending(key, 'one'));
  expect(await dueIn(event)).toEqual([any]);
  expect((await rows.fateOf(event)).counts).toEqual({ due: 1, delivered: 0, unfit: 1 });
  const other = newKey();
  await rows.send(sending(other, 'unfit'));
  await rows.send(sending(other, 'fit', { data: { amount: 1 } }));
  expect((await rows.await(waitOf(await newRun(), other, { schema }))).event!.data).toEqual({ amount: 1 });
  expect((await rows.await(waitOf(await newRun(), other))).event!.data).toEqual({ id: 'unfit' });
});

test('what is over is neither handed, nor due, nor known; the cleaner removes it', async () => {
  const key = newKey();
  const run = await newRun();
  await rows.send(sending(key, 'one', { ttl_ms: 1 }));
  await later();
  expect(await rows.await(waitOf(run, key))).toEqual({ event: null });
  expect(await rows.send(sending(key, 'one'))).toMatchObject({ repeated: false });
  await rows.send(sending(newKey(), 'short', { ttl_ms: 1 }));
  await later();
  expect(await removeExpiredEvents(db, new Date(), 100)).toBeGreaterThan(0);
  expect(await db.sentEvent.count({ where: { expiresAt: { lte: new Date() } } })).toBe(0);
});

/** Runs, as far as events are concerned: a wait is over when it has taken one. */
class Runs {
  readonly waiting = new Set<string>();
  readonly took = new Map<string, string[]>();
  /** How often a call fails after or before it was heard. */
  private readonly chance: () => number;
  flaky = true;

  constructor(chance: () => number) {
    this.chance = chance;
  }

  /** As the Update `deliver` of a run. */
  async deliver(run: string, event: NamedEvent): Promise<EventFate> {
    await new Promise((resolve) => setTimeout(resolve, this.chance() * 3));
    if (this.flaky && this.chance() < 0.2) throw new Fault('UNAVAILABLE', 'nobody answers');
    const took = this.took.get(run) ?? [];
    if (took.includes(event.id)) return { outcome: 'repeated', nodes: [] };
    if (!this.waiting.has(run)) throw new Fault('NODE_STATE', 'nobody waits');
    this.take(run, event.id);
    if (this.flaky && this.chance() < 0.2) throw new Fault('UNAVAILABLE', 'the answer is lost');
    return { outcome: 'delivered', nodes: ['w'] };
  }

  take(run: string, id: string): void {
    this.waiting.delete(run);
    this.took.set(run, [...(this.took.get(run) ?? []), id]);
  }
}

test('waits that begin while events are sent, with lost calls and answers: each wait gets one, no run one twice, and none falls between', async () => {
  for (const seed of [1, 2, 3]) {
    const chance = randomOf(seed);
    const runs = new Runs(chance);
    const post = new EventPost(rows, runs);
    const keys = [newKey(), newKey(), newKey()];
    const ids = await Promise.all(Array.from({ length: 12 }, () => newRun()));
    const begin = async (run: string, n: number) => {
      await new Promise((resolve) => setTimeout(resolve, chance() * 40));
      runs.waiting.add(run);
      const { event } = await rows.await(waitOf(run, keys[n % 3]!));
      if (event && runs.waiting.has(run)) runs.take(run, event.id);
    };
    const send = async (key: string, n: number) => {
      await new Promise((resolve) => setTimeout(resolve, chance() * 40));
      await post.send(sending(key, String(n)));
    };
    // Two events for each key; four runs wait for each: whoever was accepted before an event may have it.
    await Promise.all([...ids.map(begin), ...keys.flatMap((key) => [send(key, 1), send(key, 2)])]);
    runs.flaky = false;
    for (let round = 0; round < 3; round++) await post.sweep(new Date(Date.now() + 60_000));
    for (const [n, run] of ids.entries()) {
      const took = runs.took.get(run) ?? [];
      expect([seed, run, took.length]).toEqual([seed, run, 1]);
      expect(took[0]).toMatch(new RegExp(`^${keys[n % 3]!}-`));
    }
    expect(await db.eventDelivery.count({ where: { status: 'due', runId: { in: ids } } })).toBe(0);
  }
});

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a wait that ended before the event came is missed, and whoever waits since then is next', async () => {
  const key = newKey();
  const runs = new Runs(() => 0.9);
  const gone = await newRun();
  await rows.await(waitOf(gone, key)); // and does not wait any more
  const { event } = await rows.send(sending(key, 'one'));
  await later();
  const next = await newRun();
  runs.waiting.add(next);
  expect(await rows.await(waitOf(next, key))).toEqual({ event: null }); // the other is about to get it
  await new EventPost(rows, runs).sweep(new Date(Date.now() + 60_000));
  expect(runs.took.get(next)).toEqual([`${key}-one`]);
  expect(await rows.fateOf(event)).toMatchObject({ counts: { due: 0, delivered: 1 }, runs: [{ run_id: next }] });
  expect(await db.eventWait.count({ where: { runId: gone } })).toBe(0);
});
