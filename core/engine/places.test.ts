import { limiterId, type Place, type PlaceOf, type PlaceWish } from '../contract/limits.js';
import type { Act } from '../contract/work.js';
import { Limiter } from '../limiter/limiter.js';
import { planOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import { type Command, type Fact, nodeOfTask } from './facts.js';
import { previewOf } from './preview.js';
import { refuseAct } from './repair.js';
import { isFinal } from './state.js';
import { nodeViews } from './view.js';
import { Walk } from './walk.js';

const crm = [{ name: 'crm' }];
const granted = (task: string, ticket = 0, of: PlaceOf = { limit: 'crm' }): Fact => ({
  is: 'granted',
  task,
  ticket,
  ...of,
});
const asked = (commands: Command[]) =>
  commands.flatMap((command) => (command.do === 'activity' ? [`${command.activity} ${command.task}`] : []));
const returned = (commands: Command[]) =>
  commands.flatMap((command) =>
    command.do === 'give_back' && command.place
      ? [`${command.of.limit} ${command.place.task} ${command.place.ticket}`]
      : [],
  );
const done = (task: string): Fact => ({ is: 'completed', task, value: { output: 1 } });
const by = { actor: 'user:ann', reason: 'because', at: '2026-01-01T00:00:00.000Z' };
const acted = (act: object): Fact => ({ is: 'acted', act: { ...by, ...act } as Act });
const whyOf = (walk: Walk) => nodeViews(walk)[0]!.why;

test('a node asks before it begins, and gives its place back when it has ended', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a', limits: crm }, { key: 'b' }], [{ from: 'a', to: 'b' }])));
  expect(asked(walk.step([], 1).commands)).toEqual(['ask_limit a~place:crm~0']);
  expect(asked(walk.step([done('a~place:crm~0')], 2).commands)).toEqual([]);
  expect(walk.status).toBe('waiting');
  expect(whyOf(walk)).toBe('waits for a place of limit crm');
  expect(asked(walk.step([granted('a')], 3).commands)).toEqual(['tool_call a']);
  expect(walk.step([granted('a')], 4).commands).toEqual([]); // told once more
  const { commands } = walk.step([done('a')], 5);
  expect([asked(commands), returned(commands)]).toEqual([['tool_call b'], ['crm a 0']]);
});

test('several limits are asked for one after the other, by name; a key is evaluated', () => {
  const limits = [{ name: 'a-limit', key: '${ input.who }' }, { name: 'crm' }];
  const walk = new Walk(startOf(planOf([{ key: 'a', limits }], []), { who: 'ann' }));
  const [first] = walk.step([], 1).commands as Extract<Command, { do: 'activity' }>[];
  expect(first!.input).toMatchObject({ task: 'a', ticket: 0, limit: 'a-limit', key: 'ann' });
  const of = { limit: 'a-limit', key: 'ann' };
  // The place may come before the asking has ended.
  expect(asked(walk.step([granted('a', 0, of)], 2).commands)).toEqual(['ask_limit a~place:crm~0']);
  walk.step([done('a~place:a-limit~0'), done('a~place:crm~0')], 3);
  expect(asked(walk.step([granted('a')], 4).commands)).toEqual(['tool_call a']);
});

test('a key that is no key fails the node', () => {
  const limits = [{ name: 'crm', key: '${ input }' }];
  const walk = new Walk(startOf(planOf([{ key: 'a', limits, on_error: 'continue' }], []), { who: 'ann' }));
  walk.step([], 1);
  expect(walk.nodes[0]).toMatchObject({ status: 'failed', error: { code: 'EXPRESSION_FAILED' } });
});

test('what does not wait any more gives its turn back; a place that comes for nobody, too', () => {
  const walk = new Walk(
    startOf(
      planOf(
        [
          { key: 'a', limits: crm },
          { key: 'b', type: 'wait', config: { duration: '1h' } },
        ],
        [],
      ),
    ),
  );
  walk.step([], 1);
  walk.step([done('a~place:crm~0')], 2);
  expect(returned(walk.step([acted({ act: 'skip_node', node: 'a' })], 3).commands)).toEqual(['crm a 0']);
  expect(returned(walk.step([granted('a')], 4).commands)).toEqual(['crm a 0']);
});

test('a paused node waits for no place, and asks anew when it may go on', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a', limits: crm }], [])));
  walk.step([], 1);
  walk.step([done('a~place:crm~0')], 2);
  expect(returned(walk.step([granted('a'), acted({ act: 'pause' })], 3).commands)).toEqual(['crm a 0']);
  expect(whyOf(walk)).toMatch(/^user:ann paused the run/);
  expect(asked(walk.step([acted({ act: 'resume' })], 4).commands)).toEqual(['ask_limit a~place:crm~1']);
  expect(asked(walk.step([granted('a', 0)], 5).commands)).toEqual([]); // of the first asking
  expect(asked(walk.step([done('a~place:crm~1'), granted('a', 1)], 6).commands)).toEqual(['tool_call a']);
});

test('a node that is held has no place; tried again it asks again', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a', limits: crm, on_error: 'hold' }], [])));
  walk.step([], 1);
  walk.step([granted('a')], 2);
  const error = { code: 'HTTP_5XX', message: 'no' };
  expect(returned(walk.step([{ is: 'failed', task: 'a', error }], 3).commands)).toEqual(['crm a 0']);
  expect(asked(walk.step([acted({ act: 'retry_node', node: 'a' })], 4).commands)).toEqual(['ask_limit a~place:crm~1']);
});

test('neither the asking nor work that has its place waits behind the run’s other nodes', () => {
  const others = Array.from({ length: 5 }, (_, i) => ({ key: `o${i}` }));
  const walk = new Walk(startOf(planOf([...others, { key: 'a', limits: crm }], [], { max_parallel: 1 })));
  expect(asked(walk.step([], 1).commands)).toEqual(['ask_limit a~place:crm~0']);
  expect(asked(walk.step([done('a~place:crm~0')], 2).commands)).toEqual(['tool_call o0']);
  expect(asked(walk.step([granted('a'), done('o0')], 3).commands)).toEqual(['tool_call a']);
  expect(asked(walk.step([done('a')], 4).commands)).toEqual(['tool_call o1']);
});

test('a preview tells of effects behind a limit, too', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a', limits: [...crm, { name: 'mail' }], on_error: 'hold' }], [])));
  walk.step([], 1);
  walk.step([granted('a')], 2);
  walk.step([granted('a', 0, { limit: 'mail' })], 3);
  walk.step([{ is: 'failed', task: 'a', error: { code: 'HTTP_5XX', message: 'no' } }], 4);
  expect(previewOf(walk, { ...by, act: 'retry_node', node: 'a' })).toMatchObject({
    begins: [{ node: 'a', again: true }],
    effects: [{ node: 'a', key: 'run_1/a/0', repeated: true }],
  });
});

test('a run that needs a place begins nothing without it, and gives it back at its end', () => {
  const plan = planOf([{ key: 'a' }], [], { limit: { name: 'crm', key: '${ run.id }' } });
  const walk = new Walk(startOf(plan));
  expect(asked(walk.step([], 1).commands)).toEqual(['ask_limit ~run~place:crm~0']);
  walk.step([done('~run~place:crm~0')], 2);
  expect([walk.status, whyOf(walk)]).toEqual(['waiting', 'the run waits for a place of limit crm (run_1)']);
  const of = { limit: 'crm', key: 'run_1' };
  expect(asked(walk.step([granted('~run', 0, of)], 3).commands)).toEqual(['tool_call a']);
  const { commands } = walk.step([done('a')], 4);
  expect(commands.map((command) => command.do)).toEqual(['give_back', 'end']);
});

test('each activity of a map takes a place', () => {
  const config = {
    ...{ over: '${ input.list }', concurrency: 10, batch: 2 },
    do: {
      type: 'transform',
      config: { value: 1 },
      retry: { max_attempts: 1 },
      timeout: { attempt_ms: 1, heartbeat_ms: 1 },
    },
  };
  const plan = planOf([{ key: 'm', type: 'map', limits: crm, config: config as never }], []);
  const walk = new Walk(startOf(plan, { list: [1, 2, 3] }));
  expect(asked(walk.step([], 1).commands)).toEqual(['ask_limit m[0..1]~place:crm~0', 'ask_limit m[2]~place:crm~1']);
  expect(asked(walk.step([granted('m[2]', 1)], 2).commands)).toEqual(['map_batch m[2]']);
});

test('places cross into the next segment: what is held is kept, what was asked for is not asked twice', () => {
  const gate = { key: 'g', type: 'human_gate' as const, config: { title: 'Go?' } };
  const plan = planOf([{ key: 'a', limits: crm }, { key: 'b', limits: crm }, gate], []);
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  walk.step([done('g~open'), done('a~place:crm~0')], 2);
  expect(walk.step([done('b~place:crm~1')], 3, 'little').commands.map((command) => command.do)).toContain('continue');
  const next = new Walk({
    ...startOf(plan),
    segment: 1,
    carried: JSON.parse(JSON.stringify(walk.continueWalk())) as never,
  });
  expect(asked(next.step([], 4).commands)).toEqual([]);
  expect(asked(next.step([granted('a')], 5).commands)).toEqual(['tool_call a']);
  expect(returned(next.step([done('a')], 6).commands)).toEqual(['crm a 0']);
});

/** Several runs and real limiters, with a network between them that delays, repeats and reorders what they tell each other. */
class Arena {
  readonly runs: { walk: Walk; facts: Fact[]; work: Set<string>; over: boolean }[] = [];
  readonly limiters = new Map<string, Limiter>();
  private readonly messages: (() => void)[] = [];
  private readonly random: () => number;
  private at = 1;
  begun = 0;

  constructor(seed: number, runs: number) {
    let state = seed >>> 0;
    this.random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let i = 0; i < runs; i++) {
      const start = {
        ...startOf(PLANS[i % PLANS.length]!, { who: i % 2 }),
        run: { id: `r${i}`, org: 'o', workflow: 'w', version: 1 },
      };
      this.runs.push({ walk: new Walk(start), facts: [], work: new Set(), over: false });
      this.step(i);
    }
  }

  move(): void {
    const i = Math.floor(this.random() * this.runs.length);
    const run = this.runs[i]!;
    const chance = this.random();
    if (chance < 0.45) this.deliver();
    else if (run.over) return;
    else if (chance < 0.75) this.endWork(run);
    else if (chance < 0.85) this.act(run);
    else if (chance < 0.86) run.facts.push({ is: 'cancel_requested' });
    else if (chance < 0.87)
      run.over = true; // terminated
    else if (chance < 0.9) return this.continue(i);
    if (!run.over && run.facts.length > 0 && this.random() < 0.8) this.step(i);
  }

  /** Nothing goes wrong any more: all that waits goes on, and every run ends. */
  finish(): void {
    for (let round = 0; this.runs.some(({ over }) => !over); round++) {
      if (round > 2_000) throw new Error('somebody waits for ever');
      while (this.messages.length > 0) this.messages.shift()!();
      for (const [i, run] of this.runs.entries()) {
        if (run.over) continue;
        this.endWork(run);
        if (run.walk.paused) run.facts.push(acted({ act: 'resume' }));
        for (const [index, { status, paused }] of run.walk.nodes.entries()) {
          const node = run.walk.key(index);
          if (paused) run.facts.push(acted({ act: 'resume', node }));
          if (status === 'held') run.facts.push(acted({ act: 'skip_node', node }));
        }
        this.step(i);
      }
      this.look();
    }
    while (this.messages.length > 0) this.messages.shift()!();
  }

  private look(): void {
    for (const [id, limiter] of this.limiters) {
      for (const run of limiter.runs(100)) if (this.runs[Number(run.slice(1))]!.over) limiter.forget(run);
      this.give(id, limiter);
    }
  }

  private step(i: number): void {
    const run = this.runs[i]!;
    const { commands } = run.walk.step(run.facts.splice(0), this.at++);
    for (const command of commands) this.obey(i, command);
    for (const [name, most] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      const busy = this.runs.flatMap(({ work, walk, over }) =>
        over
          ? []
          : [...work].filter((task) =>
              walk.plan.nodes[walk.indexOf.get(nodeOfTask(task)!)!]!.limits?.some(
                (use) => use.name === name && use.key === undefined,
              ),
            ),
      );
      if (busy.length > most) throw new Error(`${busy.length} at work of ${name}`);
    }
  }

  private obey(i: number, command: Command): void {
    const run = this.runs[i]!;
    const { id } = run.walk.start.run;
    if (command.do === 'activity' && command.activity === 'ask_limit') {
      const { run: _run, task, ticket, ...of } = command.input as PlaceWish;
      this.send(() => {
        this.ask(limiterId('o', of), of, { run: id, task, ticket });
        run.facts.push(done(command.task));
      });
    } else if (command.do === 'activity') {
      run.work.add(command.task);
      this.begun++;
    } else if (command.do === 'cancel') run.work.delete(command.task);
    else if (command.do === 'give_back') {
      const limiter = limiterId('o', command.of);
      this.send(() => {
        if (command.place) this.limiters.get(limiter)?.giveBack({ run: id, ...command.place });
        else this.limiters.get(limiter)?.forget(id);
        this.give(limiter, this.limiters.get(limiter));
      });
    } else if (command.do === 'end') run.over = true;
  }

  private ask(id: string, of: PlaceOf, place: Place): void {
    const limiter = this.limiters.get(id) ?? new Limiter();
    this.limiters.set(id, limiter);
    limiter.define({ allowance: { concurrency: of.limit === 'two' ? 2 : 1 }, revision: 1 });
    if (limiter.ask(place, this.at)) this.tell(id, place);
    this.give(id, limiter);
  }

  private give(id: string, limiter: Limiter | undefined): void {
    for (const place of limiter?.grant(this.at) ?? []) this.tell(id, place);
    if (limiter && this.random() < 0.05)
      this.limiters.set(id, new Limiter(JSON.parse(JSON.stringify(limiter.state(this.at)))));
  }

  private tell(id: string, { run, task, ticket }: Place): void {
    const [, , limit, key] = id.split('/');
    this.send(() => {
      const to = this.runs[Number(run.slice(1))]!;
      if (to.over) this.limiters.get(id)!.forget(run);
      else to.facts.push({ is: 'granted', task, ticket, limit: limit!, ...(key === undefined ? {} : { key }) });
      this.give(id, this.limiters.get(id));
    });
  }

  /** Some messages come twice. */
  private send(message: () => void): void {
    this.messages.push(message);
    if (this.random() < 0.1) this.messages.push(message);
  }

  private deliver(): void {
    const at = Math.floor(this.random() * this.messages.length);
    this.messages.splice(at, 1)[0]?.();
  }

  private endWork(run: Arena['runs'][number]): void {
    const [task] = run.work;
    if (task === undefined) return;
    run.work.delete(task);
    const error = { code: 'HTTP_5XX', message: 'no' };
    run.facts.push(this.random() < 0.2 ? { is: 'failed', task, error } : done(task));
  }

  private act({ walk, facts }: Arena['runs'][number]): void {
    const node = walk.key(Math.floor(this.random() * walk.nodes.length));
    const acts = [
      { act: 'pause' },
      { act: 'resume' },
      { act: 'pause', node },
      { act: 'resume', node },
      { act: 'retry_node', node },
      { act: 'skip_node', node },
    ];
    const act = { ...by, ...acts[Math.floor(this.random() * acts.length)]! } as Act;
    if (!refuseAct(walk, act)) facts.push({ is: 'acted', act });
  }

  /** As far as nothing is at work. */
  private continue(i: number): void {
    const run = this.runs[i]!;
    if (run.over || run.work.size > 0 || run.walk.agenda.slots > 0) return;
    const carried = JSON.parse(JSON.stringify(run.walk.continueWalk())) as never;
    run.walk = new Walk({ ...run.walk.start, carried });
    this.step(i);
  }
}

const both = [{ name: 'one' }, { name: 'two' }];
const PLANS = [
  planOf(
    [
      { key: 'a', limits: both, on_error: 'hold' },
      { key: 'b', limits: [{ name: 'two' }], on_error: 'continue' },
      { key: 'c', limits: both, on_error: 'continue' },
    ],
    [{ from: 'a', to: 'c', on: 'always' }],
  ),
  planOf(
    [
      { key: 'a', limits: [{ name: 'two' }], on_error: 'continue' },
      { key: 'b', limits: [{ name: 'one' }], on_error: 'hold' },
    ],
    [],
  ),
  planOf(
    [
      { key: 'a', limits: [{ name: 'one', key: '${ input.who }' }, { name: 'two' }], on_error: 'continue' },
      { key: 'b', on_error: 'continue' },
    ],
    [],
    {
      limit: { name: 'two', key: 'all' },
    },
  ),
];

test.each(Array.from({ length: 100 }, (_, i) => i))(
  'model %i: whatever is delayed, repeated, paused, held, skipped, cancelled, terminated: never too many at work, and nothing is left',
  (seed) => {
    const arena = new Arena(seed * 7_919 + 1, 3 + (seed % 5));
    for (let i = 0; i < 600; i++) arena.move();
    arena.finish();
    expect(arena.begun).toBeGreaterThan(0);
    for (const { walk, over } of arena.runs) {
      expect(over).toBe(true);
      if (walk.end) expect(walk.nodes.every(({ status }) => isFinal(status))).toBe(true);
    }
    // Of runs that were terminated the limiters find out by looking.
    for (const limiter of arena.limiters.values()) for (const run of limiter.runs(100)) limiter.forget(run);
    for (const limiter of arena.limiters.values()) expect([limiter.heldCount, limiter.waitingCount]).toEqual([0, 0]);
  },
);
