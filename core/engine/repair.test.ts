import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { Tally } from '../../tests/support/tally.js';
import { startOf } from '../../tests/support/walks.js';
import type { Act, Decision, Work } from '../contract/work.js';
import type { Command, Fact, HistoryRoom } from './facts.js';
import { previewOf } from './preview.js';
import { refuseAct } from './repair.js';
import { isFinal, type RunStart } from './state.js';
import { Walk } from './walk.js';

const by = { actor: 'user:ann', reason: 'it was the network', at: '2026-01-01T00:00:00.000Z' };
const act = (given: Omit<Act, keyof typeof by>): Act => ({ ...by, ...given }) as Act;
const acted = (given: Omit<Act, keyof typeof by>): Fact => ({ is: 'acted', act: act(given) });
const broken = (task: string): Fact => ({ is: 'failed', task, error: { code: 'HTTP_5XX', message: 'no luck' } });
const done = (task: string): Fact => ({ is: 'completed', task, value: { output: { from: task } } });
const TIMER = { type: 'wait' as const, config: { duration: '1h' } };
const works = (commands: Command[]): Work[] =>
  commands.flatMap((command) => (command.do === 'activity' ? [command.input as Work] : []));

/** a is held beside b; c needs both. */
function held(): Walk {
  const plan = planOf(
    [{ key: 'a', on_error: 'hold' }, { key: 'b' }, { key: 'c' }],
    [
      { from: 'a', to: 'c' },
      { from: 'b', to: 'c' },
    ],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  walk.step([broken('a')], 2);
  return walk;
}

test('a node that fails for good is held with its error, the rest goes on, and the run says so', () => {
  const walk = held();
  expect(walk.nodes[0]).toMatchObject({ status: 'held', error: { code: 'HTTP_5XX' } });
  expect(walk.status).toBe('held');
  walk.step([done('b')], 3);
  expect(walk.nodes.map(({ status }) => status)).toEqual(['held', 'completed', 'pending']);
  expect(walk.end).toBeUndefined();
});

test('P3: tried again, it has the same effect under the same key; fresh or with other input, a new one', () => {
  const [again] = works(held().step([acted({ act: 'retry_node', node: 'a' } as never)], 3).commands);
  expect(again).toMatchObject({ node: 'a', effect: 'run_1/a/0', attempts_before: 1 });
  const [fresh] = works(
    held().step([acted({ act: 'retry_node', node: 'a', fresh: true, attempts: 7 } as never)], 3).commands,
  );
  expect(fresh).toMatchObject({ effect: 'run_1/a/1', attempts_before: 7 });
  const input = { tool: 'function', name: 'noop', input: { other: 1 } };
  const [edited] = works(held().step([acted({ act: 'retry_node', node: 'a', input } as never)], 3).commands);
  expect(edited).toMatchObject({ effect: 'run_1/a/1', config: input });
});

test('skipped, its way is dead and a join goes on with the others; with an output set, it is taken', () => {
  const skipped = held();
  skipped.step([acted({ act: 'skip_node', node: 'a' } as never), done('b')], 3);
  expect(skipped.nodes.map(({ status }) => status)).toEqual(['skipped', 'completed', 'queued']);
  expect(skipped.nodes[0]!.reason).toBe('user:ann skipped it: it was the network');
  const set = held();
  set.step([acted({ act: 'set_output', node: 'a', output: { by: 'hand' } } as never), done('b')], 3);
  expect(set.nodes[0]).toMatchObject({ status: 'completed', output: { by: 'hand' }, error: null });
  expect(set.nodes[2]!.status).toBe('queued');
});

test('paused, a run begins nothing until it is resumed; what is out may end', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b' }])));
  walk.step([], 1);
  walk.step([acted({ act: 'pause' } as never)], 2);
  expect(walk.status).toBe('paused');
  expect(walk.step([done('a')], 3).commands).toEqual([]);
  expect(walk.nodes[1]!.status).toBe('queued');
  expect(works(walk.step([acted({ act: 'resume' } as never)], 4).commands)).toMatchObject([{ node: 'b' }]);
  expect(walk.status).toBe('running');
});

test('a paused node waits, its neighbours do not', () => {
  const walk = new Walk(
    startOf(
      planOf(
        [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
        [
          { from: 'a', to: 'b' },
          { from: 'a', to: 'c' },
        ],
      ),
    ),
  );
  walk.step([], 1);
  walk.step([acted({ act: 'pause', node: 'b' } as never)], 2);
  expect(works(walk.step([done('a')], 3).commands)).toMatchObject([{ node: 'c' }]);
  expect(works(walk.step([acted({ act: 'resume', node: 'b' } as never)], 4).commands)).toMatchObject([{ node: 'b' }]);
});

test('a map that is tried again asks for what had not completed', () => {
  const body = {
    type: 'transform',
    config: { value: '${ item }' },
    retry: {},
    timeout: { attempt_ms: 1, heartbeat_ms: 1 },
  };
  const config = { over: '${ input.list }', concurrency: 2, batch: 2, do: body } as never;
  const walk = new Walk(
    startOf(planOf([{ key: 'm', type: 'map', on_error: 'hold', config }], []), { list: [1, 2, 3, 4, 5] }),
  );
  const asked = (facts: Fact[]) =>
    walk.step(facts, 2).commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
  const failed = { status: 'failed', error: { code: 'X', message: 'x' }, retryable: false };
  const ok = (output: number) => ({ status: 'completed', output });
  expect(asked([])).toEqual(['m[0..1]']);
  expect(asked([{ is: 'completed', task: 'm[0..1]', value: { items: [ok(1), failed] } as never }])).toEqual([]);
  expect(walk.nodes[0]!.status).toBe('held');
  expect(asked([acted({ act: 'retry_node', node: 'm' } as never)])).toEqual(['m~1[1..2]']);
  const rest = { items: [ok(2), ok(3)] } as never;
  expect(asked([{ is: 'completed', task: 'm~1[1..2]', value: rest }])).toEqual(['m~1[3..4]']);
  walk.step([{ is: 'completed', task: 'm~1[3..4]', value: { items: [ok(4), ok(5)] } as never }], 3);
  expect(walk.nodes[0]!.output).toMatchObject({ items: [1, 2, 3, 4, 5], completed: 5, failed: 0 });
});

test.each([
  [{ act: 'retry_node', node: 'nowhere' }, 'NOT_FOUND'],
  [{ act: 'retry_node', node: 'b' }, 'NODE_STATE'],
  [{ act: 'resume' }, 'RUN_STATE'],
  [{ act: 'resume', node: 'b' }, 'NODE_STATE'],
  [{ act: 'skip_node' }, 'REQUEST_INVALID'],
])('%j is refused as %s', (given, code) => {
  expect(refuseAct(held(), act(given as never))?.code).toBe(code);
});

test('while quick nodes are at work an act on work waits for its turn; a pause does not', () => {
  const nodes = [{ key: 'a', on_error: 'hold' as const, fuse: 'never' as const }, { key: 'w', ...TIMER }, { key: 'q' }];
  const walk = new Walk(startOf(planOf(nodes, [{ from: 'w', to: 'q' }]), {}, 3));
  walk.step([], 1);
  walk.step([broken('a')], 2);
  const again = act({ act: 'retry_node', node: 'a' } as never);
  expect(refuseAct(walk, again)).toBeUndefined();
  const { commands } = walk.step([{ is: 'fired', task: 'w' }], 3);
  expect(commands).toMatchObject([{ do: 'fuse' }]);
  expect(refuseAct(walk, again)).toMatchObject({ code: 'RUN_STATE', details: { busy: true } });
  expect(refuseAct(walk, act({ act: 'pause' } as never))).toBeUndefined();
});

test('a gate that was denied and held leaves the inbox once; asked again, its tasks have names of their own', () => {
  const gate = { key: 'g', type: 'human_gate' as const, on_error: 'hold' as const, config: { title: 'Go?' } };
  const asked = (walk: Walk, facts: Fact[]) =>
    walk.step(facts, 2).commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
  const deny: Decision = { node: 'g', decision: 'deny', actor: 'user:ann', roles: ['approver'], at: by.at };
  const denied = () => {
    const walk = new Walk(startOf(planOf([gate], [])));
    expect(asked(walk, [])).toEqual(['g~open']);
    expect(asked(walk, [done('g~open')])).toEqual([]);
    expect(asked(walk, [{ is: 'decided', via: 'update', decision: deny }])).toEqual(['g~close']);
    expect(walk.nodes[0]!.status).toBe('held');
    return walk;
  };
  expect(asked(denied(), [acted({ act: 'skip_node', node: 'g' } as never)])).toEqual([]);
  const again = denied();
  expect(asked(again, [acted({ act: 'retry_node', node: 'g' } as never)])).toEqual(['g~1~open']);
  expect(asked(again, [done('g~1~open')])).toEqual([]);
  // The first one's way out of the inbox may still be under way.
  expect(asked(again, [{ is: 'decided', via: 'update', decision: { ...deny, decision: 'approve' } }])).toEqual([
    'g~1~close',
  ]);
});

test('a gate is decided, not set or skipped', () => {
  const walk = new Walk(startOf(planOf([{ key: 'g', type: 'human_gate', config: { title: 'Go?' } }], [])));
  walk.step([], 1);
  for (const given of [
    { act: 'skip_node', node: 'g' },
    { act: 'set_output', node: 'g', output: 1 },
  ])
    expect(refuseAct(walk, act(given as never))?.code).toBe('NODE_STATE');
});

test('a preview tells what would begin, under which keys, and changes nothing', () => {
  const walk = held();
  walk.step([done('b')], 3);
  const before = JSON.stringify(walk.nodes);
  expect(previewOf(walk, act({ act: 'retry_node', node: 'a' } as never))).toEqual({
    begins: [{ node: 'a', again: true }],
    effects: [{ node: 'a', key: 'run_1/a/0', repeated: true }],
    taken_back: [],
    settles: [],
    may_run: ['c'],
    ends: null,
    cost: null,
  });
  expect(previewOf(walk, act({ act: 'retry_node', node: 'a', fresh: true } as never)).effects).toEqual([
    { node: 'a', key: 'run_1/a/1', repeated: false },
  ]);
  expect(previewOf(walk, act({ act: 'skip_node', node: 'a' } as never))).toMatchObject({
    settles: [{ node: 'a', status: 'skipped' }],
    begins: [{ node: 'c', again: false }],
  });
  expect(JSON.stringify(walk.nodes)).toBe(before);
});

/** Random acts, failures and new segments. Whatever people do, an act is taken or refused, keys move only when asked, and the run can be brought to its end. */
test('P3, P4: under random acts no join hangs and no effect gets a key that nobody asked for', () => {
  const steps = fc.array(fc.record({ pick: fc.nat(), what: fc.nat(9) }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(randomPlans(), steps, (random, course) => {
      const plan = { ...random, nodes: random.nodes.map((node) => ({ ...node, on_error: 'hold' as const })) };
      new Course(plan).follow(course);
    }),
    { numRuns: 1_000 },
  );
  const each = 200;
  tally.expectEach({
    ...{ retry_node: each, fresh: each, skip_node: each, set_output: each },
    ...{ pause: each, resume: each, fails: each, continues: each },
  });
});

const tally = new Tally<Act['act'] | 'fresh' | 'fails' | 'continues'>();

class Course {
  private walk: Walk;
  private start: RunStart;
  private readonly out = new Set<string>();
  private helps = false;
  private readonly fresh = new Map<string, number>();
  private at = 1;
  private room: HistoryRoom = 'enough';

  constructor(plan: RunStart['plan']) {
    this.start = startOf(plan);
    this.walk = new Walk(this.start);
    this.step([]);
  }

  follow(course: { pick: number; what: number }[]): void {
    for (const { pick, what } of course) {
      if (this.walk.end) return;
      const [task] = [...this.out].slice(pick % Math.max(1, this.out.size));
      const node = this.walk.key(pick % this.walk.nodes.length);
      if (what < 3) this.answer(task, done);
      else if (what === 3) {
        if (task !== undefined) tally.note('fails');
        this.answer(task, broken);
      } else if (what === 4) this.act({ act: 'retry_node', node, ...(pick % 3 === 0 ? { fresh: true } : {}) });
      else if (what === 5) this.act({ act: 'skip_node', node });
      else if (what === 6) this.act({ act: 'set_output', node, output: pick });
      else if (what === 7) this.act({ act: 'pause', ...(pick % 2 ? { node } : {}) });
      else if (what === 8) this.act({ act: 'resume', ...(pick % 2 ? { node } : {}) });
      else {
        this.room = 'little'; // until nothing is out any more
        this.step([]);
      }
    }
    this.helps = true;
    this.bringToEnd();
  }

  private act(given: object): void {
    const taken = act(given as never);
    if (refuseAct(this.walk, taken)) return;
    if (!this.helps) tally.note(taken.act === 'retry_node' && taken.fresh ? 'fresh' : taken.act);
    if (taken.act === 'retry_node' && taken.fresh) this.fresh.set(taken.node, (this.fresh.get(taken.node) ?? 0) + 1);
    this.step([{ is: 'acted', act: taken }]);
  }

  private answer(task: string | undefined, as: (task: string) => Fact): void {
    if (task === undefined) return;
    this.out.delete(task);
    this.step([as(task)]);
  }

  private step(facts: Fact[]): void {
    for (const command of this.walk.step(facts, this.at++, this.room).commands) {
      if (command.do === 'continue') return this.continueAsNew();
      if (command.do === 'cancel') this.out.delete(command.task);
      if (command.do !== 'activity') continue;
      expect(this.out.has(command.task)).toBe(false);
      this.out.add(command.task);
      const { node, effect } = command.input as Work;
      if (node) expect(effect).toBe(`run_1/${node}/${this.fresh.get(node) ?? 0}`);
    }
  }

  private continueAsNew(): void {
    tally.note('continues');
    expect([...this.out]).toEqual([]);
    this.room = 'enough';
    this.start = { ...this.start, carried: JSON.parse(JSON.stringify(this.walk.continueWalk())) as never };
    this.walk = new Walk(this.start);
    this.step([]);
  }

  private bringToEnd(): void {
    for (let left = 500; !this.walk.end; left--) {
      expect(left).toBeGreaterThan(0);
      const stuck = this.walk.nodes.findIndex(({ status }) => status === 'held');
      const paused = this.walk.nodes.findIndex(({ status, paused }) => paused && !isFinal(status));
      if (this.walk.paused) this.act({ act: 'resume' });
      else if (paused >= 0) this.act({ act: 'resume', node: this.walk.key(paused) });
      else if (stuck >= 0) this.act({ act: 'set_output', node: this.walk.key(stuck), output: null });
      else this.answer([...this.out][0], done);
    }
    for (const { status } of this.walk.nodes) expect(isFinal(status)).toBe(true);
  }
}

test('a held subworkflow node that is tried again has its child run redriven, once for each time; its input stays', () => {
  const plan = planOf([{ key: 'sub', type: 'subworkflow', config: { workflow: 'inner' }, on_error: 'hold' }], []);
  const walk = new Walk(startOf(plan));
  const wishes = (facts: Fact[], at: number) =>
    walk.step(facts, at).commands.flatMap((command) => (command.do === 'activity' ? [command.input] : []));
  expect(wishes([], 1)).toEqual([expect.not.objectContaining({ again: expect.anything() })]);
  walk.step([broken('sub~plan')], 2);
  expect(refuseAct(walk, act({ act: 'retry_node', node: 'sub', input: {} } as never))).toMatchObject({
    code: 'NODE_STATE',
  });
  const at = '1970-01-01T00:00:00.003Z';
  const again = { actor: by.actor, reason: by.reason, at };
  expect(wishes([acted({ act: 'retry_node', node: 'sub' } as never)], 3)).toMatchObject([
    { child: 'run_1.sub', again: { ...again, key: '0.1' } },
  ]);
  walk.step([broken('sub~1~plan')], 4);
  expect(wishes([acted({ act: 'retry_node', node: 'sub', fresh: true } as never)], 5)).toMatchObject([
    { again: { key: '0.2', fresh: true } },
  ]);
});
