import { type Granted, limiterId, type PlaceOf, type PlaceWish } from '../contract/limits.js';
import { evaluateTemplate, readsArtifact } from '../expr/index.js';
import type { Scope } from '../expr/scope.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { MAX_INLINE_STEPS, MAX_LIMIT_KEY_CHARS } from '../limits.js';
import type { LimitUse } from '../spec/plan.js';
import type { ActivityOrChild } from './agenda.js';
import { errorOf, scopeOf } from './bind.js';
import { endRun } from './end.js';
import {
  type ActivityCommand,
  againTask,
  type Command,
  type Fact,
  isWork,
  nodeOfTask,
  type TaskId,
  UNTIL_IT_WORKS,
} from './facts.js';
import { goOn, isPaused } from './repair.js';
import type { Walk } from './walk.js';

/** The run itself, where it needs a place. */
export const RUN: TaskId = '~run';

/** Work that needs places, and how far it has come. */
export interface Wish {
  task: TaskId;
  /** In the order of the limits' names, the same for all: so no two wait for each other. */
  wants: PlaceOf[];
  got: number;
  /** The next one was asked for. */
  asked: boolean;
  ticket: number;
}
export interface CarriedPlaces {
  wishes: Wish[];
  tickets: number;
}

/**
 * A run's places of limits (core/limiter). Work of a node with limits is parked until it has a place of each; they are asked for one after
 * the other, by an activity, and come as facts. It holds:
 *
 * 1. Work begins only with all its places, and keeps them until it has ended, through all attempts.
 * 2. What is not wanted any more, or may not begin because it is paused, is given back in the step that shows it.
 * 3. A place that comes for nobody is given back.
 */
export class Places {
  private readonly walk: Walk;
  private wishes = new Map<TaskId, Wish>();
  private readonly parked = new Map<TaskId, ActivityOrChild>();
  private tickets = 0;
  /** Tasks that do not wait behind others of the run: whoever holds a place should not keep it idle, nor be late in line. */
  private readonly urgent = new Set<TaskId>();

  constructor(walk: Walk) {
    this.walk = walk;
  }

  /** A run that needs a place itself waits for it before anything of it begins. */
  begin(): void {
    const { limit } = this.walk.plan.run;
    if (!limit) return;
    try {
      this.wish(RUN, [limit], scopeOf(this.walk, []));
    } catch (err) {
      endRun(this.walk, 'failed', errorOf(err));
    }
  }

  /** Whether the command waits for places; if not, it may go on. */
  parks(command: ActivityOrChild): boolean {
    const { task } = command;
    if (!isWork(task)) return false;
    const index = this.walk.indexOf.get(nodeOfTask(task)!)!;
    const node = this.walk.plan.nodes[index]!;
    if (!node.limits) return false;
    try {
      const { got, wants } = this.wishes.get(task) ?? this.wish(task, node.limits, scopeOf(this.walk, node.reads));
      if (got === wants.length) return false;
      this.parked.set(task, command);
    } catch (err) {
      this.walk.failWith(index, err);
    }
    return true;
  }

  /** A place has come. */
  granted({ task, ticket, limit, key }: Granted): void {
    const wish = this.wishes.get(task);
    if (wish?.ticket !== ticket) return this.giveBack(task, ticket, placesOf(limit, key));
    if (wish.wants[wish.got]?.limit !== limit) return; // told once more
    wish.got++;
    wish.asked = false;
    if (wish.got < wish.wants.length) return;
    if (task === RUN) return goOn(this.walk, undefined);
    const command = this.parked.get(task);
    if (!command) return; // it was left out in this very step, which gives the place back
    this.hurry(command);
    this.parked.delete(task);
  }

  /** The asking itself has ended. It only fails for a reason that no other attempt would mend. */
  answered(node: number | undefined, fact: { is: string; error?: unknown }): void {
    if (fact.is !== 'failed') return;
    const { error } = fact as { error: ReturnType<typeof errorOf> };
    if (node === undefined) endRun(this.walk, 'failed', error);
    else this.walk.fail(node, error);
  }

  withdraw(belongs: (task: TaskId) => boolean): void {
    for (const task of this.parked.keys()) if (belongs(task)) this.parked.delete(task);
  }

  /** At the end of a step: gives back what is not needed, asks for what is. */
  settle(): void {
    for (const wish of this.wishes.values()) {
      if (!this.isWanted(wish.task)) this.drop(wish);
      else if (this.mayNotBegin(wish)) this.putBack(wish);
      else if (!wish.asked && wish.got < wish.wants.length) this.ask(wish);
    }
    if (this.urgent.size > 0) this.walk.agenda.moveFirst(this.urgent);
    this.urgent.clear();
  }

  /** At the run's end: each limiter is told once. */
  giveAllBack(): void {
    const all = new Map(
      this.held().map(({ limit, key }) => [limiterId('', placesOf(limit, key)), placesOf(limit, key)]),
    );
    for (const of of all.values()) this.walk.ask({ do: 'give_back', of });
    this.wishes.clear();
  }

  /** Whether the run has not begun because it waits for its own place. */
  get runWaits(): boolean {
    const wish = this.wishes.get(RUN);
    return wish !== undefined && wish.got < wish.wants.length;
  }

  get waits(): boolean {
    for (const { got, wants } of this.wishes.values()) if (got < wants.length) return true;
    return false;
  }

  /** What the node waits for, or the run before it; undefined when it waits for no place. */
  waitOf(node: string): Wish | undefined {
    if (this.runWaits) return this.wishes.get(RUN);
    const wish = this.wishes.get(node);
    return wish && wish.got < wish.wants.length ? wish : undefined;
  }

  /** Tasks that are parked. */
  get parkedTasks(): Iterable<TaskId> {
    return this.parked.keys();
  }

  /** Every place that was asked for and not given back: what is left of a run that somebody terminated. */
  held(): Granted[] {
    return [...this.wishes.values()].flatMap((wish) =>
      this.takenBy(wish).map((of) => ({ task: wish.task, ticket: wish.ticket, ...of })),
    );
  }

  /** What was asked for by an activity that has not ended is asked for again, under the same name. */
  carry(): CarriedPlaces | undefined {
    if (this.tickets === 0) return undefined;
    const { tasks, queue } = this.walk.agenda;
    const wishes = [...this.wishes.values()].map((wish) => {
      const asking = askTask(wish);
      return { ...wish, asked: wish.asked && !tasks.has(asking) && !queue.has(asking) };
    });
    return { wishes, tickets: this.tickets };
  }

  adopt({ wishes, tickets }: CarriedPlaces): void {
    this.wishes = new Map(wishes.map((wish) => [wish.task, { ...wish }]));
    this.tickets = tickets;
  }

  private wish(task: TaskId, uses: readonly LimitUse[], scope: Scope): Wish {
    const wants = uses.map((use) => placeOf(use, scope, this.walk));
    const made: Wish = { task, wants, got: 0, asked: false, ticket: this.tickets++ };
    this.wishes.set(task, made);
    return made;
  }

  private isWanted(task: TaskId): boolean {
    const { tasks, queue } = this.walk.agenda;
    if (task === RUN || this.parked.has(task) || queue.has(task) || tasks.has(task)) return true;
    return tasks.has(againTask(task));
  }

  /** It has not begun, and must not now. */
  private mayNotBegin({ task, got, wants }: Wish): boolean {
    if (task === RUN) return got < wants.length && this.walk.paused !== undefined;
    return !this.walk.agenda.tasks.has(task) && isPaused(this.walk, this.walk.indexOf.get(nodeOfTask(task)!)!);
  }

  private putBack(wish: Wish): void {
    const { agenda } = this.walk;
    const command = agenda.queue.get(wish.task);
    if (command) this.parked.set(wish.task, command);
    agenda.queue.delete(wish.task);
    if (wish.got === 0 && !wish.asked) return;
    this.giveBackAll(wish);
    Object.assign(wish, { got: 0, asked: false, ticket: this.tickets++ });
  }

  private drop(wish: Wish): void {
    this.giveBackAll(wish);
    this.wishes.delete(wish.task);
  }

  private giveBackAll(wish: Wish): void {
    if (wish.asked) this.walk.withdraw((task) => task === askTask(wish));
    for (const of of this.takenBy(wish)) this.giveBack(wish.task, wish.ticket, of);
  }

  private takenBy({ wants, got, asked }: Wish): PlaceOf[] {
    return wants.slice(0, got + (asked ? 1 : 0));
  }

  private giveBack(task: TaskId, ticket: number, of: PlaceOf): void {
    this.walk.ask({ do: 'give_back', of, place: { task, ticket } });
  }

  private ask(wish: Wish): void {
    wish.asked = true;
    const { task, ticket } = wish;
    const of = wish.wants[wish.got]!;
    const command: ActivityCommand = {
      do: 'activity',
      task: askTask(wish),
      activity: 'ask_limit',
      input: { run: this.walk.start.run, task, ticket, ...of },
      retry: UNTIL_IT_WORKS,
      attempt_ms: 30_000,
      summary: `a place of limit ${of.limit} for ${task === RUN ? 'the run' : task}`,
    };
    this.hurry(command);
  }

  private hurry(command: ActivityOrChild): void {
    this.walk.agenda.queue.set(command.task, command);
    this.urgent.add(command.task);
  }
}

const placesOf = (limit: string, key: string | undefined): PlaceOf => ({
  limit,
  ...(key === undefined ? {} : { key }),
});

/** `web~place:crm~7`: every asking has a name of its own, for what was withdrawn may still be out. */
const askTask = ({ task, wants, got, ticket }: Wish): TaskId =>
  `${task}~place:${wants[Math.min(got, wants.length - 1)]!.limit}~${ticket}`;

export const isAsking = (task: TaskId): boolean => task.includes('~place:');

function placeOf({ name, key }: LimitUse, scope: Scope, walk: Walk): PlaceOf {
  if (key === undefined) return { limit: name };
  const wrong = (what: string) => new Fault('EXPRESSION_FAILED', `the key of limit ${name} ${what}`);
  if (readsArtifact(key, scope)) throw wrong('reads inside an artifact; only small values can be a key');
  const value: Json = evaluateTemplate(key, scope, walk.meter.within(MAX_INLINE_STEPS));
  if (value === null || typeof value === 'object') throw wrong('is neither text, number nor bool');
  const text = String(value);
  if (text.length > MAX_LIMIT_KEY_CHARS) throw wrong(`has more than ${MAX_LIMIT_KEY_CHARS} characters`);
  if (/[\p{Cs}\p{Cc}]/u.test(text)) throw wrong('holds characters that can not be printed');
  return { limit: name, key: text };
}

/** The places that these commands ask for, as if they came at once. */
export const grantsOf = (commands: readonly Command[]): Fact[] =>
  commands.flatMap((command): Fact[] => {
    if (command.do !== 'activity' || command.activity !== 'ask_limit') return [];
    const { run: _run, ...place } = command.input as PlaceWish;
    return [{ is: 'granted', ...place }];
  });
