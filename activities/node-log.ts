import type { LiveEvent, LogLine, LogStream } from '../core/events/live.js';
import { MAX_LOG_BYTES, MAX_LOG_LINES } from '../core/limits.js';
import type { ActivityDeps } from './deps.js';

const FLUSH_MS = 250;

/** The log of one attempt of a node: bounded, scrubbed, live at once and stored in batches. */
export class NodeLog {
  private readonly deps: Pick<ActivityDeps, 'feed' | 'logs' | 'secrets'>;
  private readonly of: { run_id: string; node_key: string; attempt: number };
  private pending: LogLine[] = [];
  private seq = 0;
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private stored: Promise<void> = Promise.resolve();

  constructor(
    deps: Pick<ActivityDeps, 'feed' | 'logs' | 'secrets'>,
    of: { run_id: string; node_key: string; attempt: number },
  ) {
    this.deps = deps;
    this.of = of;
  }

  write(stream: LogStream, text: string): void {
    if (this.seq > MAX_LOG_LINES || this.bytes > MAX_LOG_BYTES) return;
    const full = this.seq === MAX_LOG_LINES || this.bytes + text.length > MAX_LOG_BYTES;
    const line = full
      ? 'the log is full; what follows is left out'
      : this.deps.secrets.scrubText(text).replaceAll('\u0000', '\uFFFD').toWellFormed();
    this.bytes += full ? MAX_LOG_BYTES : text.length;
    this.pending.push({
      ...this.of,
      seq: this.seq++,
      at: new Date().toISOString(),
      stream: full ? 'system' : stream,
      text: line,
    });
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Resolves when everything is stored. A store that is away costs log lines, never the work. */
  async close(): Promise<void> {
    this.flush();
    await this.stored;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.pending;
    if (lines.length === 0) return;
    this.pending = [];
    const events = lines.map(
      ({ seq, stream, text, ...rest }): LiveEvent => ({ type: 'node.log', ...rest, data: { seq, stream, text } }),
    );
    this.stored = this.stored
      .then(() => Promise.all([this.deps.feed.publish(events), this.deps.logs.append(lines)]))
      .then(
        () => undefined,
        (err: unknown) => console.error('log lines were lost', err),
      );
  }
}
