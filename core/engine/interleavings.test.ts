import fc from 'fast-check';
import { acted, actOf, by, reading } from '../../tests/support/course.js';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { Tally } from '../../tests/support/tally.js';
import { startOf } from '../../tests/support/walks.js';
import type { Act, Decision, Work } from '../contract/work.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import type { Change, Command, Fact, HistoryRoom } from './facts.js';
import { refuseAct } from './repair.js';
import { isFinal, type RunStart } from './state.js';
import { Walk } from './walk.js';

/**
 * Whatever people do to a run, in whatever order, and wherever its workflow continues as new: decisions, retries, skips, outputs by hand,
 * amendments, pauses, requests to cancel, work that fails. The run is told twice: as its workflow has it, with a new walk for each segment, and
 * as the fold has it, with one walk for all of them. Both must ask for the same and tell the same, in every step (P1, P2).
 */
const KINDS = ['tool_call', 'tool_call', 'agent_call', 'human_gate', 'wait', 'transform'] as const;
const AGENT = { agent: 'http://a', message: 'do it', stream: false, questions: { role: 'approver' } };

/** What is chosen for each node has three digits: its type, what happens on failure, whether it reads. */
function peopled(plan: Plan, chosen: number[]): Plan {
  const nodes = plan.nodes.map((node, index) => {
    const choice = chosen[index % chosen.length]!;
    const type = KINDS[choice % 6]!;
    const on_error = (['hold', 'continue', 'fail_run'] as const)[Math.floor(choice / 6) % 3]!;
    const readsOne = Math.floor(choice / 18) % 2 === 1;
    const before = node.in.map((edge) => plan.nodes[plan.edges[edge]!.from]!.key);
    const { config, reads } = before.length > 0 && readsOne ? reading(before[0]!) : reading();
    // What a join of some of its ways reads of the others depends on which of them came first.
    const join = reads.length > 0 ? ('all' as const) : node.join;
    if (type === 'tool_call') return { ...node, type, config, reads, join, on_error, fuse: 'never' as const };
    const own = {
      agent_call: AGENT,
      human_gate: { title: 'Go?' },
      wait: { duration: '1h' },
      transform: { value: config.input },
    }[type];
    return { ...node, type, config: own as Json, reads: type === 'transform' ? reads : [], on_error };
  });
  return { ...plan, nodes };
}

type Done = Act['act'] | 'done_again' | 'approve' | 'deny' | 'fails' | 'asks' | 'continues' | 'cancels';
const tally = new Tally<Done>();

class Interleaving {
  private start: RunStart;
  private walk: Walk;
  private readonly fold: Walk;
  private readonly out = new Map<string, Command>();
  private readonly sent = new Map<string, string>();
  private at = 1;
  private room: HistoryRoom = 'enough';
  /** Only what comes by chance counts. */
  private helps = false;

  constructor(plan: Plan) {
    this.start = startOf(plan, {}, 4);
    this.walk = new Walk(this.start);
    this.fold = new Walk(startOf(plan, {}, 4));
    this.step([]);
  }

  follow(course: { pick: number; what: number }[]): void {
    for (const { pick, what } of course) {
      if (this.walk.end) break;
      this.one(pick, what);
    }
    this.helps = true;
    for (let left = 600; !this.walk.end; left--) {
      if (left === 0) throw new Error(`it hangs: ${this.walk.nodes.map(({ status }) => status).join(' ')}`);
      this.help();
    }
    for (const { status } of this.walk.nodes) expect(isFinal(status)).toBe(true);
    expect(this.walk.edges).not.toContain('open');
    expect(this.walk.agenda.tasks.size).toBe(0);
  }

  private one(pick: number, what: number): void {
    const node = this.walk.key(pick % this.walk.nodes.length);
    if (what < 4) this.answer(pick, what === 3);
    else if (what < 6) this.decide(this.openGate(pick), pick % 3 === 0 ? 'deny' : 'approve');
    else if (what === 6) this.act({ act: 'retry_node', node, ...(pick % 2 ? { fresh: true } : {}) });
    else if (what === 7) this.act({ act: 'set_output', node, output: pick % 3 });
    else if (what === 8) this.act({ act: 'skip_node', node });
    else if (what === 9) this.halt(pick % 3 ? node : undefined);
    else if (what === 10) this.amend(pick);
    else if (what === 11) {
      this.room = 'little'; // until nothing is out any more
      this.step([]);
    } else if (what === 12 && pick % 20 === 0) {
      tally.note('cancels');
      this.step([{ is: 'cancel_requested' }]);
    }
  }

  /** One of the gates that wait. */
  private openGate(pick: number): string | undefined {
    const open = this.walk.nodes.flatMap(({ status, gate }, at) => (status === 'waiting' && gate ? [at] : []));
    return open.length === 0 ? undefined : this.walk.key(open[pick % open.length]!);
  }

  /** Pauses what goes on, resumes what is paused. */
  private halt(node: string | undefined): void {
    const state = node === undefined ? this.walk : this.walk.nodes[this.walk.indexOf.get(node)!]!;
    this.act({ act: state.paused ? 'resume' : 'pause', ...(node === undefined ? {} : { node }) });
  }

  /** What people would do in the end: nothing stays as it is. */
  private help(): void {
    const { nodes, paused } = this.walk;
    const find = (wanted: (state: (typeof nodes)[number]) => boolean) => nodes.findIndex(wanted);
    const [halted, held, gate] = [
      find((state) => state.paused !== undefined && !isFinal(state.status)),
      find(({ status }) => status === 'held'),
      find((state) => state.status === 'waiting' && state.gate !== undefined),
    ];
    if (paused) this.act({ act: 'resume' });
    else if (halted >= 0) this.act({ act: 'resume', node: this.walk.key(halted) });
    else if (this.out.size > 0)
      this.answer(1, false); // an agent asks no more
    else if (gate >= 0) this.decide(this.walk.key(gate), 'approve');
    else if (held >= 0 && nodes[held]!.gate) this.act({ act: 'skip_node', node: this.walk.key(held) });
    else if (held >= 0) this.act({ act: 'set_output', node: this.walk.key(held), output: null });
  }

  private answer(pick: number, fails: boolean): void {
    const [task, command] = [...this.out][pick % Math.max(1, this.out.size)] ?? [];
    if (task === undefined) return;
    this.out.delete(task);
    const error = { code: 'HTTP_5XX', message: 'no luck' };
    const value =
      command!.do === 'activity' && command!.activity === 'open_gate' ? { evidence: 'e' } : { output: pick % 5 };
    if (command!.do === 'timer') this.step([{ is: 'fired', task }]);
    else if (command!.do === 'activity' && command!.activity === 'agent_call' && pick % 3 === 0) {
      tally.note('asks');
      this.step([asks(task, pick)]);
    } else if (fails && command!.do === 'activity' && command!.activity === 'tool_call') {
      tally.note('fails');
      this.step([{ is: 'failed', task, error }]);
    } else this.step([{ is: 'completed', task, value }]);
  }

  private decide(node: string | undefined, decision: Decision['decision']): void {
    if (node === undefined) return;
    const form = { answer: String(this.at) };
    const given: Decision = { node, decision, actor: 'user:bob', roles: ['approver'], at: by.at, form };
    if (this.walk.refuse(given)) return;
    if (!this.helps) tally.note(decision);
    this.step([{ is: 'decided', decision: given, via: 'update' }]);
  }

  private act(given: object): void {
    const act = actOf(given);
    if (!refuseAct(this.walk, act)) this.take(act);
  }

  /** A node more, behind one that there is; or one less. */
  private amend(pick: number): void {
    const { plan } = this.walk;
    const keys = plan.nodes.map(({ key }) => key);
    const gone = pick % 3 === 0 ? keys[pick % keys.length] : undefined;
    const fresh = `x${pick}`;
    if (!gone && keys.includes(fresh)) return;
    const edges = plan.edges.map(({ from, to, ...edge }) => ({ ...edge, from: keys[from]!, to: keys[to]! }));
    const nodes = plan.nodes.map(({ in: _in, out: _out, ...node }) => node).filter(({ key }) => key !== gone);
    const kept = edges.filter(({ from, to }) => from !== gone && to !== gone);
    const stillReads = nodes.every(({ key, reads }) => reads.every((read) => read !== gone || read === key));
    if (nodes.length === 0 || !stillReads) return;
    const added = gone
      ? planOf(nodes, kept, plan.run)
      : planOf(
          [...nodes, { key: fresh, fuse: 'never', ...reading() }],
          [...kept, { from: keys[pick % keys.length]!, to: fresh }],
          plan.run,
        );
    this.act({ act: 'amend', amendment: 'am', changes: { added: [], removed: [], changed: [] }, plan: added });
  }

  private take(act: Act): void {
    if (!this.helps) tally.note(act.act);
    if (act.node !== undefined && isFinal(this.walk.nodes[this.walk.indexOf.get(act.node)!]!.status))
      tally.note('done_again');
    this.step([acted(act)]);
  }

  private continueAsNew(): void {
    tally.note('continues');
    this.room = 'enough';
    this.start = {
      ...this.start,
      plan: this.walk.plan,
      segment: this.start.segment + 1,
      carried: JSON.parse(JSON.stringify(this.walk.continueWalk())) as NonNullable<RunStart['carried']>,
    };
    this.walk = new Walk(this.start);
    this.fold.continueWalk();
    this.out.clear();
    this.step([]);
  }

  private step(facts: Fact[]): void {
    const at = this.at++;
    const told = this.walk.step(JSON.parse(JSON.stringify(facts)) as Fact[], at, this.room);
    const again = this.fold.step(facts, at, this.room);
    if (JSON.stringify(again) !== JSON.stringify(told)) expect(plain(again)).toEqual(plain(told)); // it is slow
    for (const command of told.commands) this.hear(command);
  }

  private hear(command: Command): void {
    if (command.do === 'continue') return this.continueAsNew();
    if (command.do === 'cancel') this.out.delete(command.task);
    if (command.do !== 'activity' && command.do !== 'timer') return;
    expect(this.out.has(command.task)).toBe(false);
    this.out.set(command.task, command);
    if (command.do !== 'activity' || (command.activity !== 'tool_call' && command.activity !== 'agent_call')) return;
    const { effect, config } = command.input as Work;
    expect(this.sent.get(effect) ?? JSON.stringify(config)).toBe(JSON.stringify(config)); // P3: one key, one input
    this.sent.set(effect, JSON.stringify(config));
  }
}

/** A remote agent asks something back. */
const asks = (task: string, n: number): Fact => ({
  is: 'failed',
  task,
  error: {
    code: 'AGENT_INPUT_REQUIRED',
    message: 'it asks',
    details: {
      agent: 'http://a',
      state: 'input-required',
      task_id: 't',
      context_id: 'c',
      message: `q${n}`,
      asked: `s${n}`,
    },
  },
});

const plain = (step: { commands: Command[]; changes: Change[] }): unknown => JSON.parse(JSON.stringify(step));

test('P1, P2, P3, P4: decisions, retries, skips, amendments, pauses, cancels and new segments, in any order', () => {
  const choices = fc.array(fc.nat(35), { minLength: 6, maxLength: 12, size: 'max' });
  const steps = fc.array(fc.record({ pick: fc.nat(10_000), what: fc.nat(12) }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(randomPlans(), choices, steps, (plan, chosen, course) => {
      new Interleaving(peopled(plan, chosen)).follow(course);
    }),
    { numRuns: 2_500 },
  );
  const [often, seldom] = [200, 50];
  tally.expectEach({
    ...{ retry_node: often, set_output: often, skip_node: often, pause: often, resume: often, amend: often },
    ...{
      done_again: often,
      approve: often,
      deny: often,
      fails: often,
      asks: often,
      continues: seldom,
      cancels: seldom,
    },
  });
});
