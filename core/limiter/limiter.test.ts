import fc from 'fast-check';
import { Tally } from '../../tests/support/tally.js';
import type { Allowance, Place } from '../contract/limits.js';
import { Limiter } from './limiter.js';
import { limiterView, placeInLine } from './view.js';

const place = (run: string, task = 'a', ticket = 0): Place => ({ run, task, ticket });
function limiterOf(allowance: Allowance | null): Limiter {
  const limiter = new Limiter();
  limiter.define({ allowance, revision: 1 });
  return limiter;
}
const names = (places: Place[]) => places.map(({ run, task }) => `${run}.${task}`);

test('who comes first is first, and a place that is given back goes to the next', () => {
  const limiter = limiterOf({ concurrency: 2 });
  for (const run of ['r', 's', 't']) limiter.ask(place(run), 0);
  expect(names(limiter.grant(0))).toEqual(['r.a', 's.a']);
  expect(limiter.grant(0)).toEqual([]);
  limiter.giveBack(place('r'));
  expect(names(limiter.grant(0))).toEqual(['t.a']);
});

test('a run with many waiting nodes holds up no other run: runs take turns', () => {
  const limiter = limiterOf({ concurrency: 1 });
  for (let i = 0; i < 10_000; i++) limiter.ask(place('big', `n${i}`), 0);
  limiter.ask(place('small', 'x'), 1);
  limiter.ask(place('small', 'y'), 1);
  const order: string[] = [];
  for (let i = 0; i < 6; i++) {
    const [got] = limiter.grant(i) as [Place];
    order.push(...names([got]));
    limiter.giveBack(got);
  }
  expect(order).toEqual(['big.n0', 'small.x', 'big.n1', 'small.y', 'big.n2', 'big.n3']);
});

test('what is said again changes nothing; a place that is held is told of once more', () => {
  const limiter = limiterOf({ concurrency: 1 });
  expect(limiter.ask(place('r'), 0)).toBe(false);
  limiter.ask(place('r'), 0);
  expect(limiter.grant(0)).toHaveLength(1);
  expect(limiter.ask(place('r'), 1)).toBe(true);
  expect(limiter.grant(1)).toEqual([]);
  limiter.ask(place('s'), 1);
  limiter.giveBack(place('r'));
  limiter.giveBack(place('r'));
  expect(names(limiter.grant(2))).toEqual(['s.a']);
  limiter.giveBack(place('r', 'a', 7));
  expect(limiter.heldCount).toBe(1);
});

test('a rate counts what was given in any time of its length', () => {
  const limiter = limiterOf({ rate: { count: 2, per_ms: 100 } });
  for (const run of ['r', 's', 't', 'u']) limiter.ask(place(run), 0);
  expect(limiter.grant(0)).toHaveLength(2);
  expect(limiter.again(30)).toBe(70);
  expect(limiter.grant(99)).toEqual([]);
  expect(limiter.grant(100)).toHaveLength(2);
  for (const run of ['r', 's', 't', 'u']) limiter.forget(run);
  expect(limiter.idleIn(150)).toBe(50); // what was given still counts
});

test('a limit that does not exist lets nobody through; once it does, it goes on', () => {
  const limiter = limiterOf(null);
  limiter.ask(place('r'), 0);
  expect(limiter.grant(0)).toEqual([]);
  expect(placeInLine(limiterView(limiter), 'crm', place('r'))).toBe('waits for limit crm, which does not exist');
  expect(limiter.define({ allowance: { concurrency: 1 }, revision: 2 })).toBe(true);
  expect(limiter.define({ allowance: null, revision: 1 })).toBe(false);
  expect(limiter.grant(0)).toHaveLength(1);
});

test('a smaller limit takes nothing away from those who hold places', () => {
  const limiter = limiterOf({ concurrency: 3 });
  for (const run of ['r', 's', 't', 'u']) limiter.ask(place(run), 0);
  limiter.grant(0);
  limiter.define({ allowance: { concurrency: 1 }, revision: 2 });
  for (const run of ['r', 's']) {
    limiter.giveBack(place(run));
    expect(limiter.grant(1)).toEqual([]);
  }
  limiter.giveBack(place('t'));
  expect(names(limiter.grant(1))).toEqual(['u.a']);
});

test('a place in line is said in words', () => {
  const limiter = limiterOf({ concurrency: 1 });
  for (const run of ['r', 's', 't', 'u']) limiter.ask(place(run), 0);
  limiter.grant(0);
  expect(placeInLine(limiterView(limiter), 'crm', place('u'))).toBe('limit crm 1/1, third in line');
  const paced = limiterOf({ rate: { count: 100, per_ms: 60_000 }, concurrency: 5 });
  paced.ask(place('r'), 0);
  expect(placeInLine(limiterView(paced), 'crm', place('r'))).toBe('limit crm 100 per 60 s, first in line');
});

/** What may come to a limiter, in any order and repeated. */
type Move =
  | { do: 'ask' | 'give_back'; run: number; task: number }
  | { do: 'over'; run: number }
  | { do: 'wait'; ms: number }
  | { do: 'define'; concurrency: number | undefined; count: number | undefined }
  | { do: 'continue' };
const at = (max: number) => fc.nat(max - 1);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('ask' as const), run: at(5), task: at(4) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('give_back' as const), run: at(5), task: at(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('over' as const), run: at(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: at(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('define' as const),
      concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      count: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'continue' as const }) },
);
const PER = 50;

test('model: never more than allowed, in turns, nothing given twice or to nobody, and all that wait get a place in the end', () => {
  const tally = new Tally<Move['do'] | 'given' | 'full'>();
  fc.assert(
    fc.property(fc.array(move, { maxLength: 150, size: 'max' }), (moves) => {
      let limiter = limiterOf({ concurrency: 2 });
      let [concurrency, count]: (number | undefined)[] = [2, undefined];
      let [now, revision] = [0, 1];
      /** Since the rate was last changed. */
      let given: number[] = [];
      const held = new Set<string>();
      const waiting = new Map<string, number>(); // and when they asked
      const passed = new Map<string, Map<string, number>>(); // by who waits: how often which other run was served since
      const drain = (): number => {
        const got = limiter.grant(now);
        for (const each of got) {
          const name = `${each.run} ${each.task}`;
          if (!waiting.delete(name)) throw new Error('given to nobody who waits');
          passed.delete(name);
          held.add(name);
          tally.note('given');
          given.push(now);
          for (const [other, counts] of passed)
            if (!other.startsWith(`${each.run} `)) counts.set(each.run, (counts.get(each.run) ?? 0) + 1);
        }
        if (got.length > 0 && concurrency !== undefined && held.size > concurrency) throw new Error('too many');
        if (got.length > 0 && count !== undefined && given.filter((when) => when > now - PER).length > count)
          throw new Error('too fast');
        if (waiting.size > 0) tally.note('full');
        const free = concurrency === undefined || held.size < concurrency;
        const slow = count !== undefined && given.filter((when) => when > now - PER).length >= count;
        if (waiting.size > 0 && free && !slow) throw new Error('somebody waits while a place is free');
        return got.length;
      };
      for (const each of moves) {
        tally.note(each.do);
        if (each.do === 'wait') now += each.ms;
        else if (each.do === 'continue') limiter = new Limiter(JSON.parse(JSON.stringify(limiter.state(now))));
        else if (each.do === 'define') {
          if (each.concurrency === undefined && each.count === undefined) continue;
          if (each.count === undefined || count === undefined) given = [];
          [concurrency, count] = [each.concurrency, each.count];
          const rate = count === undefined ? {} : { rate: { count, per_ms: PER } };
          const allowance = { ...(concurrency === undefined ? {} : { concurrency }), ...rate };
          limiter.define({ allowance, revision: ++revision });
        } else if (each.do === 'over') {
          limiter.forget(`r${each.run}`);
          for (const all of [held, waiting])
            for (const name of all.keys()) if (name.startsWith(`r${each.run} `)) all.delete(name);
          for (const name of passed.keys()) if (name.startsWith(`r${each.run} `)) passed.delete(name);
        } else {
          const it = place(`r${each.run}`, `t${each.task}`);
          const name = `${it.run} ${it.task}`;
          if (each.do === 'ask') {
            expect(limiter.ask(it, now)).toBe(held.has(name));
            if (!held.has(name) && !waiting.has(name)) {
              waiting.set(name, now);
              const mine = [...waiting.keys()].filter((other) => other.startsWith(`${it.run} `)).length;
              if (mine === 1) passed.set(name, new Map()); // the first of its run
            }
          } else {
            limiter.giveBack(it);
            held.delete(name);
            waiting.delete(name);
            passed.delete(name);
          }
        }
        drain();
        // While the first of a run waits, no other run is served twice before it.
        for (const counts of passed.values()) for (const times of counts.values()) expect(times).toBeLessThanOrEqual(1);
        expect([limiter.heldCount, limiter.waitingCount]).toEqual([held.size, waiting.size]);
        expect([...limiter.line()]).toHaveLength(waiting.size);
      }
      for (let round = 0; waiting.size > 0; round++) {
        if (round > 200) throw new Error('somebody waits for ever');
        for (const name of held) {
          const [run, task] = name.split(' ') as [string, string];
          limiter.giveBack(place(run, task));
        }
        held.clear();
        if (drain() === 0) now += Math.max(1, limiter.again(now) ?? 1);
      }
    }),
    { numRuns: 300 },
  );
  const each = 300;
  tally.expectEach({
    ask: each,
    give_back: each,
    over: each,
    wait: each,
    define: each,
    continue: each,
    given: each,
    full: each,
  });
});
