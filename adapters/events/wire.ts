import type { Letter } from './letter.js';

/** What carries letters between processes. It knows how to connect; when, and what to do when a connection breaks, is the feed's. */
export interface Wire {
  sender(): Promise<Sender>;
  /**
   * `hear` gets each letter of the shards that are held. A wire whose letters stay for a while keeps in `places` how far each shard was
   * heard, so that the next ear goes on from there; who takes a place out wants the shard no more.
   */
  ear(hear: (letter: Letter) => void, places: Map<number, string>): Promise<Ear>;
}

export interface Sender {
  /** Sends all of them, in their order; rejects when some may not have arrived. Then the same are sent again over a new connection. */
  send(letters: Letter[]): Promise<void>;
  /** Resolves, with the reason, when the connection is lost. */
  readonly broken: Promise<Error>;
  close(): Promise<void>;
}

export interface Ear {
  /** Listens to these shards and no others. Resolves when every letter sent from now on will be heard. One call at a time. */
  hold(shards: ReadonlySet<number>): Promise<void>;
  /** Resolves, with the reason, when the connection is lost. */
  readonly broken: Promise<Error>;
  close(): Promise<void>;
}

export interface Patience {
  /** Longest wait for a connection or an answer: a server that is silent for so long counts as down. */
  answerMs: number;
  /** A connection that only listens would not notice that the other end is gone: so often it asks for an answer. */
  beatMs: number;
}
export const PATIENCE: Patience = { answerMs: 5_000, beatMs: 10_000 };

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** How long to wait before the next try; not all processes at once. */
export const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
