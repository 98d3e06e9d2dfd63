import { type CloudEvent, durableEvent } from '../../core/events/cloud-event.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunView } from '../../core/events/view.js';
import type { Message } from './messages.js';

/** Watchers that keep up ask for the same few newest events. */
const KEPT = 256;

export const encode = (event: CloudEvent): Message => ({
  type: event.type,
  ...(event.id === undefined ? {} : { cursor: event.id }),
  body: Buffer.from(JSON.stringify(event)),
});

interface Encodable {
  readonly id: string;
  readonly phase: string;
  readonly count: number;
  view(): Promise<RunView>;
}

/** A run's messages in bytes, made once for all who get them: hundreds of watchers, or slow ones with a large snapshot, share them. */
export class Encoder {
  private readonly run: Encodable;
  private readonly freshMs: number;
  private readonly kept = new Map<RunEvent, Message>();
  private taken: { of: string; at: number; message: Promise<Message> } | undefined;

  constructor(run: Encodable, freshMs: number) {
    this.run = run;
    this.freshMs = freshMs;
  }

  event(event: RunEvent): Message {
    const known = this.kept.get(event);
    if (known) return known;
    const message = encode(durableEvent(this.run.id, event));
    this.kept.set(event, message);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    return message;
  }

  snapshot(): Promise<Message> {
    const of = `${this.run.phase} ${this.run.count}`;
    if (this.taken?.of !== of || Date.now() - this.taken.at >= this.freshMs)
      this.taken = { of, at: Date.now(), message: this.take() };
    return this.taken.message;
  }

  private async take(): Promise<Message> {
    try {
      const view = await this.run.view();
      return { type: 'snapshot', cursor: view.cursor, body: Buffer.from(JSON.stringify(view)) };
    } catch (err) {
      this.taken = undefined;
      throw err;
    }
  }
}
