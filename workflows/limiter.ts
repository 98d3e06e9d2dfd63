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
import type { LimitActivities, LimiterStart, Place } from '../core/contract/limits.js';
import { Limiter } from '../core/limiter/limiter.js';
import { askSignal, redefineSignal, giveBackSignal, grantedSignal, limiterQuery, overSignal } from './messages.js';
import { limiterView } from '../core/limiter/view.js';

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
  return CancellationScope.nonCancellable(() => give(start)); // runs would wait for ever
}

async function give(start: LimiterStart): Promise<void> {
  const { org, limit, key } = start;
  const of = { limit, ...(key === undefined ? {} : { key }) };
  const places = new Limiter(start.state);
  const { check_limit } = proxyActivities<LimitActivities>({
    startToCloseTimeout: 60_000,
    priority: { fairnessKey: org },
  });
  let news = false;
  let signals = 0;
  let telling = 0;
  let looking = false;
  let patience = LOOK_MS;
  let lookAt: number | undefined;
  let armedFor: number | undefined;

  const hear = (act: () => void) => {
    act();
    signals++;
    news = true;
  };
  const tell = (place: Place): void => {
    const { run, ...granted } = place;
    telling++;
    getExternalWorkflowHandle(run)
      .signal(grantedSignal, { ...granted, ...of })
      .catch(() => places.forget(run)) // it is over
      .finally(() => {
        telling--;
        news = true;
      });
  };
  /** Also finds a change of the limit that this limiter was not told of. */
  const look = async (): Promise<void> => {
    looking = true;
    const found = await check_limit({ org, ...of, runs: places.runs(LOOKED_AT) }).catch(() => undefined); // the next look may see more
    for (const run of found?.over ?? []) places.forget(run);
    const changed = found !== undefined && (places.define(found) || found.over.length > 0);
    patience = changed ? LOOK_MS : Math.min(2 * patience, LOOK_AT_MOST_MS);
    lookAt = Date.now() + patience;
    looking = false;
    news = true;
  };

  setHandler(askSignal, ({ place, defined }) =>
    hear(() => {
      places.define(defined);
      if (places.ask(place, Date.now())) tell(place);
    }),
  );
  setHandler(giveBackSignal, (place) => hear(() => places.giveBack(place)));
  setHandler(overSignal, (run) => hear(() => places.forget(run)));
  setHandler(redefineSignal, (defined) => hear(() => void places.define(defined)));
  setHandler(limiterQuery, () => limiterView(places), { description: 'Who holds places, and who waits.' });

  for (;;) {
    news = false;
    const full = signals >= MOST_SIGNALS || workflowInfo().continueAsNewSuggested; // then nothing new, until all is told
    if (!full) for (const place of places.grant(Date.now(), TELLING_AT_ONCE - telling)) tell(place);
    if (!places.isWaitedFor) [lookAt, patience] = [undefined, LOOK_MS];
    else lookAt ??= Date.now() + patience;
    if (lookAt !== undefined && lookAt <= Date.now() && !looking && !full) void look();
    const quiet = telling === 0 && !looking;
    if (quiet && places.idleIn(Date.now()) === 0) return;
    if (quiet && full) await continueAsNew<typeof limiter>({ ...start, state: places.state(Date.now()) });
    await wait();
  }

  /** For news, or for the time when something is due: a timer that fires too early costs less than one that is started anew each time. */
  async function wait(): Promise<void> {
    const now = Date.now();
    const look = looking || lookAt === undefined ? undefined : lookAt - now;
    const due = [places.again(now), places.idleIn(now), look].filter((ms) => ms !== undefined && ms > 0) as number[];
    if (due.length > 0) arm(now + Math.min(...due));
    await condition(() => news);
  }

  function arm(at: number): void {
    if (armedFor !== undefined && armedFor <= at) return;
    armedFor = at;
    void sleep(at - Date.now()).then(() => {
      if (armedFor === at) armedFor = undefined;
      news = true;
    });
  }
}
