import type { Express, Request, Response } from 'express';
import type { ApiDeps } from './deps.js';

/** Liveness says that the process answers; readiness that what it needs answers too. */
export function health(app: Express, deps: ApiDeps): void {
  app.get('/healthz', (_req, res) => res.json({ status: 'ok' }));
  app.get('/readyz', async (_req, res) => {
    const [postgres, temporal] = await Promise.all([answers(deps.db.$queryRaw`SELECT 1`), answers(deps.engine.ping())]);
    const ready = postgres && temporal;
    res
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : 'not ready', postgres, temporal, mail: deps.mail ? 'on' : 'off' });
  });
}

const answers = (asked: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    asked.then(
      () => true,
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(resolve, 3_000, false).unref()),
  ]);

/** Counts answered requests by method and status. */
export class RequestMetrics {
  private readonly counts = new Map<string, number>();
  private seconds = 0;
  private readonly gauges: () => Record<string, number>;

  /** `gauges` are read when somebody asks; their names are Prometheus' own. */
  constructor(gauges: () => Record<string, number> = () => ({})) {
    this.gauges = gauges;
  }

  watch(req: Request, res: Response): void {
    const began = process.hrtime.bigint();
    res.once('finish', () => {
      if (res.getHeader('content-type') === 'text/event-stream') return; // as long as somebody follows
      const key = `method="${req.method}",status="${res.statusCode}"`;
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
      this.seconds += Number(process.hrtime.bigint() - began) / 1e9;
    });
  }

  /** In Prometheus' text format. */
  text(): string {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const { rss, heapUsed } = process.memoryUsage();
    return [
      '# HELP heddle_http_requests_total Answered requests.',
      '# TYPE heddle_http_requests_total counter',
      ...[...this.counts].map(([labels, count]) => `heddle_http_requests_total{${labels}} ${count}`),
      '# HELP heddle_http_request_seconds Time to answer.',
      '# TYPE heddle_http_request_seconds summary',
      `heddle_http_request_seconds_sum ${this.seconds}`,
      `heddle_http_request_seconds_count ${total}`,
      '# HELP process_resident_memory_bytes Resident memory.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${rss}`,
      '# HELP nodejs_heap_used_bytes Heap in use.',
      '# TYPE nodejs_heap_used_bytes gauge',
      `nodejs_heap_used_bytes ${heapUsed}`,
      ...Object.entries(this.gauges()).flatMap(([name, value]) => [`# TYPE ${name} gauge`, `${name} ${value}`]),
      '',
    ].join('\n');
  }
}

export function metrics(app: Express, counted: RequestMetrics): void {
  app.get('/metrics', (_req, res) => res.type('text/plain; version=0.0.4').send(counted.text()));
}
