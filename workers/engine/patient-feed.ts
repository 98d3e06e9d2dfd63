import type { InjectedSinks } from '@temporalio/worker';
import type { LiveEvent, LiveFeed } from '../../core/events/live.js';
import type { StepSinks } from '../../workflows/tell.js';

const WAIT_MS = 25;

/**
 * The live feed for a worker. That a step changed something or an attempt began can wait for a moment and travel with others: one
 * message costs the worker as much as interpreting several nodes. Whatever else is published goes at once, and takes along what waits,
 * so that the order stays.
 */
export class PatientFeed implements Pick<LiveFeed, 'publish'> {
  private readonly feed: Pick<LiveFeed, 'publish'>;
  private waiting: LiveEvent[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(feed: Pick<LiveFeed, 'publish'>) {
    this.feed = feed;
  }

  /** Steps are told when the workflow has taken them; replay is silent. */
  readonly sinks: InjectedSinks<StepSinks> = {
    steps: { changed: { fn: (_info, step) => void this.publish([step]), callDuringReplay: false } },
  };

  async publish(events: LiveEvent[]): Promise<void> {
    this.waiting.push(...events);
    if (events.every(({ type }) => type === 'run.step' || type === 'node.running'))
      this.timer ??= setTimeout(() => void this.flush(), WAIT_MS);
    else await this.flush();
  }

  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.feed.publish(this.waiting.splice(0));
  }
}
