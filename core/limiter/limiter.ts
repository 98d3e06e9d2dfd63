import type { Defined, LimiterState, Place } from '../contract/limits.js';

type Kept = Place & { at: number };

/**
 * Who has a place of one key of a limit, and who gets the next. Pure: the limiter's workflow says when what came. It holds:
 *
 * 1. No more places are given than `concurrency` leaves, nor more than `rate.count` in any time of `rate.per_ms`.
 * 2. Runs take turns; within a run, who came first is first. So a run with many waiting nodes holds up no other run.
 * 3. A place is asked for, given and given back by its name: what is said again changes nothing.
 * 4. Nobody waits while a place is free, unless the limit does not exist.
 */
export class Limiter {
  private defined: Defined;
  private readonly held = new Map<string, Kept>();
  /** Runs in the order of their turns. */
  private readonly waiting = new Map<string, Map<string, Kept>>();
  private given: number[];

  constructor(state?: LimiterState) {
    this.defined = { allowance: state?.allowance ?? null, revision: state?.revision ?? -1 };
    for (const place of state?.held ?? []) this.held.set(nameOf(place), place);
    for (const place of state?.waiting.flat() ?? []) this.queue(place);
    this.given = state?.given ?? [];
  }

  get heldCount(): number {
    return this.held.size;
  }

  get waitingCount(): number {
    let count = 0;
    for (const places of this.waiting.values()) count += places.size;
    return count;
  }

  get isWaitedFor(): boolean {
    return this.waiting.size > 0;
  }

  get allowance(): Defined['allowance'] {
    return this.defined.allowance;
  }

  /** True when it is news. */
  define({ allowance, revision }: Defined): boolean {
    if (revision <= this.defined.revision) return false;
    this.defined = { allowance, revision };
    return true;
  }

  /** Answers whether the place is held already: then whoever asks has not heard, and is told again. */
  ask(place: Place, at: number): boolean {
    const name = nameOf(place);
    if (this.held.has(name)) return true;
    if (!this.waiting.get(place.run)?.has(name)) this.queue({ ...place, at });
    return false;
  }

  /** One place, held or waited for. */
  giveBack(place: Place): void {
    const name = nameOf(place);
    this.held.delete(name);
    const places = this.waiting.get(place.run);
    places?.delete(name);
    if (places?.size === 0) this.waiting.delete(place.run);
  }

  /** The run is over. */
  forget(run: string): void {
    for (const [name, place] of this.held) if (place.run === run) this.held.delete(name);
    this.waiting.delete(run);
  }

  /** Gives what is free, in turns, but no more than so many; answers who got a place. */
  grant(now: number, most = Number.POSITIVE_INFINITY): Place[] {
    const got: Place[] = [];
    for (let room = Math.min(most, this.room(now)); room > 0 && this.waiting.size > 0; room--) {
      const { at: _since, ...place } = this.takeTurn();
      this.held.set(nameOf(place), { ...place, at: now });
      if (this.defined.allowance?.rate) this.given.push(now);
      got.push(place);
    }
    return got;
  }

  /** In how many ms the rate allows another place, if it alone is in the way. */
  again(now: number): number | undefined {
    const { rate } = this.defined.allowance ?? {};
    if (!rate || !this.isWaitedFor || this.free() <= 0) return undefined;
    const first = this.given[this.given.length - rate.count];
    return first === undefined ? 0 : Math.max(0, first + rate.per_ms - now);
  }

  /** In how many ms nothing of it needs to be remembered any more; undefined while somebody holds a place or waits. */
  idleIn(now: number): number | undefined {
    if (this.held.size > 0 || this.isWaitedFor) return undefined;
    const last = this.given.at(-1);
    const per = this.defined.allowance?.rate?.per_ms;
    return last === undefined || per === undefined ? 0 : Math.max(0, last + per - now);
  }

  /** Runs that hold a place or wait for one, holders first. */
  runs(most: number): string[] {
    return [...new Set([...[...this.held.values()].map(({ run }) => run), ...this.waiting.keys()])].slice(0, most);
  }

  holders(): Kept[] {
    return [...this.held.values()];
  }

  /** Those that wait, in the order in which they would get a place now. */
  *line(): Generator<Kept> {
    const queues = [...this.waiting.values()].map((places) => [...places.values()]);
    const longest = Math.max(0, ...queues.map(({ length }) => length));
    for (let turn = 0; turn < longest; turn++) for (const queue of queues) if (turn < queue.length) yield queue[turn]!;
  }

  state(now: number): LimiterState {
    this.prune(now);
    const waiting = [...this.waiting.values()].map((places) => [...places.values()]);
    return { ...this.defined, held: [...this.held.values()], waiting, given: this.given };
  }

  private queue(place: Kept): void {
    const places = this.waiting.get(place.run) ?? new Map<string, Kept>();
    places.set(nameOf(place), place);
    this.waiting.set(place.run, places);
  }

  /** The first place of the run whose turn it is; that run's next turn comes after all others. */
  private takeTurn(): Kept {
    const [[run, places]] = this.waiting as unknown as [[string, Map<string, Kept>]];
    const [[name, place]] = places as unknown as [[string, Kept]];
    places.delete(name);
    this.waiting.delete(run);
    if (places.size > 0) this.waiting.set(run, places);
    return place;
  }

  private free(): number {
    if (!this.defined.allowance) return 0;
    return (this.defined.allowance.concurrency ?? Number.POSITIVE_INFINITY) - this.held.size;
  }

  private room(now: number): number {
    this.prune(now);
    const { rate } = this.defined.allowance ?? {};
    return Math.min(this.free(), rate ? rate.count - this.given.length : Number.POSITIVE_INFINITY);
  }

  private prune(now: number): void {
    const per = this.defined.allowance?.rate?.per_ms;
    if (per === undefined) this.given = [];
    else this.given = this.given.filter((at) => at + per > now);
  }
}

const nameOf = ({ run, task, ticket }: Place): string => `${run} ${task} ${ticket}`;
