import type { NamedEvent } from '../contract/named-events.js';
import { EVENT_TTL_MS, MAX_KEPT_EVENTS, MAX_REMEMBERED_EVENTS } from '../limits.js';

/** An event that a run has taken. */
export interface Received extends Omit<NamedEvent, 'only_waiting'> {
  /** In ms since the epoch. */
  received_at: number;
  /** It came by a signal: nobody has held it against a schema. */
  unchecked?: true;
}

/** A mailbox as it crosses into the next segment. */
export interface CarriedMailbox {
  kept: Received[];
  /** Name and id of what has come, and when; oldest first. */
  known: [of: string, at: number][];
  /** How many came without an id. */
  unnamed: number;
}

/**
 * The events of a run that came before their wait. It holds:
 *
 * 1. What is older than the time to live is not there any more, neither to be taken nor to be known again.
 * 2. An id is known per name, as long as the time to live and for the newest so many.
 * 3. Of the events of a name and key the oldest is taken first, and each once.
 */
export class Mailbox {
  private readonly ttl: number;
  private kept: Received[];
  private readonly known: Map<string, number>;
  private unnamed: number;

  constructor(ttl = EVENT_TTL_MS, { kept, known, unnamed }: CarriedMailbox = { kept: [], known: [], unnamed: 0 }) {
    this.ttl = ttl;
    this.kept = [...kept];
    this.known = new Map(known);
    this.unnamed = unnamed;
  }

  /** To look ahead with. */
  copy(): Mailbox {
    return new Mailbox(this.ttl, this.carried());
  }

  carried(): CarriedMailbox {
    return { kept: [...this.kept], known: [...this.known], unnamed: this.unnamed };
  }

  get isUnused(): boolean {
    return this.kept.length === 0 && this.known.size === 0 && this.unnamed === 0;
  }

  knows({ name, id }: NamedEvent, at: number): boolean {
    const since = id === '' ? undefined : this.known.get(keyOf(name, id));
    return since !== undefined && since + this.ttl > at;
  }

  isFull(at: number): boolean {
    this.forget(at);
    return this.kept.length >= MAX_KEPT_EVENTS;
  }

  /** The event as the run has it from now on; one without an id gets one of its own. */
  receive({ name, key, data, id, sent_at }: NamedEvent, at: number, via: 'update' | 'signal' = 'update'): Received {
    this.forget(at);
    const own = id === '' ? `unnamed-${++this.unnamed}` : id;
    if (id !== '') this.known.set(keyOf(name, id), at);
    const about = { name, key, data, id: own, sent_at: sent_at === '' ? iso(at) : sent_at, received_at: at };
    return via === 'signal' ? { ...about, unchecked: true } : about;
  }

  keep(event: Received): void {
    this.kept.push(event);
  }

  /** The oldest that is for it, which is gone from here then. */
  take(name: string, key: string, at: number): Received | undefined {
    this.forget(at);
    const found = this.kept.findIndex((event) => event.name === name && event.key === key);
    return found === -1 ? undefined : this.kept.splice(found, 1)[0];
  }

  private forget(at: number): void {
    this.kept = this.kept.filter(({ received_at }) => received_at + this.ttl > at);
    for (const [of, since] of this.known) {
      if (since + this.ttl > at && this.known.size < MAX_REMEMBERED_EVENTS) break; // the rest is younger
      this.known.delete(of);
    }
  }
}

const keyOf = (name: string, id: string): string => `${name} ${id}`;
const iso = (at: number): string => new Date(at).toISOString();
