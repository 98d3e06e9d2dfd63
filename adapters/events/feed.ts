import type { LiveEvent, LiveFeed } from '../../core/events/live.js';
import { ALL_SHARDS, keyOf, type Letter, linesOf, shardOf } from './letter.js';
import { Listening } from './listening.js';
import { Outbox } from './outbox.js';
import type { Wire } from './wire.js';

type Listener = (event: LiveEvent) => void;
interface Subscription {
  listener: Listener;
}

/** Of so many senders a shard's last letter is remembered; a sender is a process that once was. */
const SENDERS = 1_000;

/** A live feed over any wire. `say` hears in one line when it goes down and when it is up again. */
export class WiredFeed implements LiveFeed {
  private readonly outbox: Outbox;
  private readonly listening: Listening;
  private readonly ofRun = new Map<string, Set<Subscription>>();
  private readonly ofAll = new Set<Subscription>();
  /** By shard and sender, the number of the last letter that was heard. */
  private readonly heard = ALL_SHARDS.map(() => new Map<string, number>());

  constructor(wire: Wire, say: (line: string) => void) {
    const tell = (what: string) => (trouble: Error | undefined) =>
      say(trouble ? `live events are not ${what}: ${trouble.message}` : `live events are ${what} again`);
    this.outbox = new Outbox(wire, tell('sent'));
    this.listening = new Listening(wire, (letter) => this.hear(letter), tell('received'));
  }

  get dropped(): number {
    return this.outbox.dropped;
  }

  publish(events: LiveEvent[]): Promise<void> {
    return this.outbox.put(events);
  }

  subscribe(runId: string, listener: Listener): Promise<() => Promise<void>> {
    const key = keyOf(runId);
    const listeners = this.ofRun.get(key) ?? new Set();
    this.ofRun.set(key, listeners);
    return this.add(listeners, listener, [shardOf(runId)], () => {
      if (listeners.size === 0) this.ofRun.delete(key);
    });
  }

  subscribeAll(listener: Listener): Promise<() => Promise<void>> {
    return this.add(this.ofAll, listener, ALL_SHARDS);
  }

  async close(): Promise<void> {
    this.ofRun.clear();
    this.ofAll.clear();
    await Promise.all([this.outbox.close(), this.listening.close()]);
  }

  private async add(
    listeners: Set<Subscription>,
    listener: Listener,
    shards: readonly number[],
    gone: () => void = () => undefined,
  ): Promise<() => Promise<void>> {
    const subscription = { listener };
    listeners.add(subscription);
    await this.listening.want(shards);
    return () => {
      if (listeners.delete(subscription)) {
        gone();
        this.listening.drop(shards);
      }
      return Promise.resolve();
    };
  }

  private hear({ shard, publisher, n, text }: Letter): void {
    const heard = this.heard[shard]!;
    if (n <= (heard.get(publisher) ?? 0)) return; // sent again by one who could not know that it had arrived
    heard.delete(publisher);
    heard.set(publisher, n);
    if (heard.size > SENDERS) heard.delete(heard.keys().next().value!);
    for (const { run, json } of linesOf(text)) {
      const subscriptions = [...(this.ofRun.get(run) ?? []), ...this.ofAll];
      if (subscriptions.length === 0) continue;
      const event = JSON.parse(json) as LiveEvent;
      for (const { listener } of subscriptions) listener(event);
    }
  }
}
