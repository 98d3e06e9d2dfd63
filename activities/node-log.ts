import type { LiveEvent, LogLine, LogStream } from '../core/events/live.js';
import { MAX_LOG_BYTES, MAX_LOG_LINE_CHARS, MAX_LOG_LINES } from '../core/limits.js';
import type { ActivityDeps } from './deps.js';
import { storableText } from './storable.js';

type LogDeps = Pick<ActivityDeps, 'feed' | 'logs' | 'secrets'>;
type Told = { run_id: string; node_key: string; attempt: number };
/** Hears of lines that were lost. */
type Lost = (message: string, about: Record<string, unknown>) => void;

const FLUSH_MS = 250;
/** A store that does not answer holds up the work's result no longer than this. */
const CLOSE_MS = 5_000;
const FULL = 'the log is full; what follows is left out';

/** The log of one attempt of a node: bounded, scrubbed, live at once and stored in batches. */
export class NodeLog {
  private readonly deps: LogDeps;
  private readonly of: Told;
  private readonly lost: Lost;
  private pending: LogLine[] = [];
  private seq = 0;
  private bytes = 0;
  private full = false;
  private timer: NodeJS.Timeout | undefined;
  private stored: Promise<void> = Promise.resolve();

  constructor(deps: LogDeps, of: Told, lost: Lost) {
    this.deps = deps;
    this.of = of;
    this.lost = lost;
  }

  /** A line that is too long is cut; when lines or bytes are used up, one line says so and the rest is left out. */
  write(stream: LogStream, text: string): void {
    if (this.full) return;
    const clean = storableText(this.deps.secrets.scrubText(text));
    const line = clean.length > MAX_LOG_LINE_CHARS ? `${clean.slice(0, MAX_LOG_LINE_CHARS).toWellFormed()}…` : clean;
    const bytes = Buffer.byteLength(line);
    this.full = this.seq === MAX_LOG_LINES || this.bytes + bytes > MAX_LOG_BYTES;
    this.bytes += bytes;
    const shown = this.full ? ({ stream: 'system', text: FULL } as const) : { stream, text: line };
    this.pending.push({ ...this.of, seq: this.seq++, at: new Date().toISOString(), ...shown });
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Resolves when everything is stored. A store that is away costs log lines, never the work. */
  async close(patienceMs = CLOSE_MS): Promise<void> {
    this.flush();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([this.stored, late]);
    clearTimeout(timer);
  }

  /** What was not sent yet, and what is still to come, is nobody's. */
  discard(): void {
    clearTimeout(this.timer);
    this.pending = [];
    this.full = true;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.pending;
    if (lines.length === 0) return;
    this.pending = [];
    this.stored = this.stored.then(() => this.send(lines));
  }

  private async send(lines: LogLine[]): Promise<void> {
    const events = lines.map(
      ({ seq, stream, text, ...rest }): LiveEvent => ({ type: 'node.log', ...rest, data: { seq, stream, text } }),
    );
    const outcomes = await Promise.allSettled([this.deps.feed.publish(events), this.deps.logs.append(lines)]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        this.lost('log lines were lost', { ...this.of, lines: lines.length, error: String(outcome.reason) });
  }
}
