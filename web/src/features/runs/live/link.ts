import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import type { RunView } from '../../../../../core/events/view.js';

/** `behind`: the line holds, but the API can't read the run's history now. `lost`: no line; it is tried again. `ended`: nothing more follows. */
export type LinkState = 'connecting' | 'live' | 'behind' | 'lost' | 'ended';
export type Frame = { type: 'snapshot'; id: string; data: RunView } | CloudEvent;

export interface LinkOptions {
  /** Opens a socket that goes on after that cursor; undefined: with a snapshot. */
  open: (after: string | undefined) => WebSocket;
  /** The newest cursor that is known; undefined: none yet. */
  cursor: () => string | undefined;
  onFrame: (frame: Frame) => void;
  onState: (state: LinkState) => void;
  /** Asks over HTTP what a socket can't say: why it was refused. Rejects with what forbids to come back, resolves when it may be tried again. */
  probe: () => Promise<void>;
  /** It is not tried again: by the server's word, or by what the probe rejected with. */
  onEnd: (why: Ending, error?: unknown) => void;
  /** Ms before the first try again, and at most. */
  retryMs?: number;
  longestRetryMs?: number;
}
/** `over`: the run is; `gone`: there is none; `misused`: this client is at fault. */
export type Ending = 'over' | 'gone' | 'misused' | 'refused';

/** What the server's close codes ask for (docs/streams.md); any other code is a line that broke. */
const CLOSES: Record<number, Ending | 'ask' | undefined> = {
  1000: 'over',
  1008: 'misused',
  1009: 'misused',
  4401: 'ask',
  4404: 'gone',
};

/** A line to a run's stream that comes back by itself, with the cursor that it had. */
export class Link {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private closed = false;
  private readonly options: LinkOptions;

  constructor(options: LinkOptions) {
    this.options = options;
  }

  /** Opens the line, or opens it anew at once. */
  connect(): void {
    this.drop();
    this.closed = false;
    const socket = this.options.open(this.options.cursor());
    this.socket = socket;
    let opened = false;
    const ours = (act: () => void) => () => {
      if (this.socket === socket) act();
    };
    socket.onopen = ours(() => {
      opened = true;
      if (this.options.cursor() !== undefined) this.options.onState('live');
    });
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.socket === socket) this.take(JSON.parse(data) as Frame);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) void this.down(code, opened);
    };
  }

  /** Lets go of the line for good, or until `connect`. */
  close(): void {
    this.closed = true;
    this.drop();
  }

  private drop(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private take(frame: Frame): void {
    this.failures = 0;
    if (frame.type === 'stream.behind') this.options.onState('behind');
    else if (frame.type === 'stream.caught_up' || frame.type === 'snapshot') this.options.onState('live');
    this.options.onFrame(frame);
  }

  private async down(code: number, opened: boolean): Promise<void> {
    this.socket = undefined;
    const ending = CLOSES[code];
    if (ending !== undefined && ending !== 'ask') return this.end(ending);
    this.options.onState('lost');
    try {
      // A refused handshake looks like a broken line from here.
      if (ending === 'ask' || !opened) await this.options.probe();
    } catch (err) {
      return this.end('refused', err);
    }
    if (!this.closed && !this.socket) this.later();
  }

  private end(why: Ending, error?: unknown): void {
    if (this.closed) return;
    this.options.onState(why === 'over' ? 'ended' : 'lost');
    this.options.onEnd(why, error);
  }

  private later(): void {
    const { retryMs = 400, longestRetryMs = 15_000 } = this.options;
    const longest = Math.min(longestRetryMs, retryMs * 2 ** this.failures++);
    this.timer = setTimeout(() => this.connect(), longest * (0.5 + Math.random() / 2));
  }
}
