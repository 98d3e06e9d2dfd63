import {
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { LimitActivities, LimiterStart, Place, PlaceOf } from '../core/contract/limits.js';
import { Limiter } from '../core/limiter/limiter.js';
import { limiterView } from '../core/limiter/view.js';
import { askSignal, giveBackSignal, grantedSignal, limiterQuery, overSignal, redefineSignal } from './messages.js';

/** While somebody waits, it looks whether those that hold places are still alive: first after this time, then less often while nothing changes. */
const LOOK_MS = 10_000;
const LOOK_AT_MOST_MS = 120_000;
const LOOKED_AT = 200;
/** Temporal lets a workflow have 2,000 signals under way. */
const TELLING_AT_ONCE = 500;
/** Each place is two of them; a Temporal run takes 10,000 at most, and a short history is read again quickly. */
const MOST_SIGNALS = 500;

/**
 * Gives the places of one key of a limit. It is begun by whoever asks first, and ends by itself when nothing of it needs to be remembered. It
 * decides nothing itself: the pure limiter (core/limiter) says who is next; this brings messages to it and tells those who got a place.
 */
export function limiter(start: LimiterStart): Promise<void> {
  return CancellationScope.nonCancellable(() => new Giving(start).carryOn()); // cancelled, runs would wait for ever
}

class Giving {
  private readonly start: LimiterStart;
  private readonly of: PlaceOf;
  private readonly places: Limiter;
  private news = false;
  private signals = 0;
  /** Runs that are being told that they got a place. */
  private telling = 0;
  private looking = false;
  private patience = LOOK_MS;
  private lookAt: number | undefined;
  private armedFor: number | undefined;

  constructor(start: LimiterStart) {
    const { limit, key, state } = start;
    this.start = start;
    this.of = { limit, ...(key === undefined ? {} : { key }) };
    this.places = new Limiter(state);
    this.listen();
  }

  async carryOn(): Promise<void> {
    for (;;) {
      this.news = false;
      if (!this.isFull)
        for (const place of this.places.grant(Date.now(), TELLING_AT_ONCE - this.telling)) this.tell(place);
      this.lookIfDue();
      const quiet = this.telling === 0 && !this.looking;
      if (quiet && this.places.idleIn(Date.now()) === 0) return;
      if (quiet && this.isFull)
        await continueAsNew<typeof limiter>({ ...this.start, state: this.places.state(Date.now()) });
      await this.wait();
    }
  }

  /** Then it begins nothing new, until all is told and it can continue as new. */
  private get isFull(): boolean {
    return this.signals >= MOST_SIGNALS || workflowInfo().continueAsNewSuggested;
  }

  private listen(): void {
    const { places } = this;
    setHandler(askSignal, ({ place, defined }) =>
      this.hear(() => {
        places.define(defined);
        if (places.ask(place, Date.now())) this.tell(place);
      }),
    );
    setHandler(giveBackSignal, (place) => this.hear(() => places.giveBack(place)));
    setHandler(overSignal, (run) => this.hear(() => places.forget(run)));
    setHandler(redefineSignal, (defined) => this.hear(() => void places.define(defined)));
    setHandler(limiterQuery, () => limiterView(places), { description: 'Who holds places, and who waits.' });
  }

  private hear(act: () => void): void {
    act();
    this.signals++;
    this.news = true;
  }

  private tell(place: Place): void {
    const { run, ...granted } = place;
    this.telling++;
    getExternalWorkflowHandle(run)
      .signal(grantedSignal, { ...granted, ...this.of })
      .catch(() => this.places.forget(run)) // it is over
      .finally(() => {
        this.telling--;
        this.news = true;
      });
  }

  private lookIfDue(): void {
    if (!this.places.isWaitedFor) [this.lookAt, this.patience] = [undefined, LOOK_MS];
    else this.lookAt ??= Date.now() + this.patience;
    if (this.lookAt !== undefined && this.lookAt <= Date.now() && !this.looking && !this.isFull) void this.look();
  }

  /** Also finds a change of the limit that this limiter was not told of. */
  private async look(): Promise<void> {
    const { org } = this.start;
    this.looking = true;
    const { check_limit } = proxyActivities<LimitActivities>({
      startToCloseTimeout: 60_000,
      priority: { fairnessKey: org },
    });
    const runs = this.places.runs(LOOKED_AT);
    const found = await check_limit({ org, ...this.of, runs }).catch(() => undefined); // the next look may see more
    for (const run of found?.over ?? []) this.places.forget(run);
    const changed = found !== undefined && (this.places.define(found) || found.over.length > 0);
    this.patience = changed ? LOOK_MS : Math.min(2 * this.patience, LOOK_AT_MOST_MS);
    this.lookAt = Date.now() + this.patience;
    this.looking = false;
    this.news = true;
  }

  /** For news, or for the time when something is due: a timer that fires too early costs less than one that is started anew each time. */
  private async wait(): Promise<void> {
    const now = Date.now();
    const look = this.looking || this.lookAt === undefined ? undefined : this.lookAt - now;
    const due = [this.places.again(now), this.places.idleIn(now), look].filter((ms) => ms !== undefined && ms > 0);
    if (due.length > 0) this.arm(now + Math.min(...(due as number[])));
    await condition(() => this.news);
  }

  private arm(at: number): void {
    if (this.armedFor !== undefined && this.armedFor <= at) return;
    this.armedFor = at;
    void sleep(at - Date.now()).then(() => {
      if (this.armedFor === at) this.armedFor = undefined;
      this.news = true;
    });
  }
}
