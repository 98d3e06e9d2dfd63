import type { IncomingMessage, Server } from 'node:http';
import type { Express } from 'express';
import type { Caller } from '../../adapters/postgres/api-keys.js';
import { can } from '../../core/auth/can.js';
import { Fault } from '../../core/fault.js';
import { MAX_STREAMS } from '../../core/limits.js';
import { asyncApiDocument } from '../asyncapi.js';
import { admit, type Doors } from '../http/visitor.js';
import { RunHub } from './hub.js';
import { checkOrigin, placeOf, tokenOf } from './request.js';
import { serve, type Service, type Stream } from './serve.js';
import { type KnownRun, type RunSources, type SourceDeps, sourcesOf } from './sources.js';
import { eventStream } from './sse.js';
import { STREAM_TIMES, type StreamTimes } from './times.js';
import { type Upgrade, Upgrades } from './upgrade.js';
import { socketStream } from './websocket.js';

interface Access extends Doors {
  /** Finds a run of an org. */
  find: (orgId: string, runId: string) => Promise<KnownRun | undefined>;
  /** Of pages that may open a WebSocket, besides those that come from here. */
  origins: readonly string[];
  log?: (err: unknown, message: string) => void;
  times?: Partial<StreamTimes>;
  /** Streams at a time. */
  most?: number;
}
export type StreamDeps = SourceDeps & Omit<Access, 'find'>;

/** Live streams of runs: `mount` on the app, `attach` to the server beneath it. */
export const streams = (deps: StreamDeps): Streams =>
  new Streams(sourcesOf(deps), { ...deps, find: (orgId, runId) => deps.runs.header(orgId, runId) });

export class Streams {
  readonly hub: RunHub;
  private readonly access: Access;
  private readonly times: StreamTimes;
  private readonly log: (err: unknown, message: string) => void;
  private readonly open = new Set<Stream>();
  private closing = false;

  constructor(sources: RunSources, access: Access) {
    this.access = access;
    this.log = access.log ?? ((err, message) => console.error(message, err));
    this.times = { ...STREAM_TIMES, ...access.times };
    this.hub = new RunHub({ sources, times: this.times, log: this.log });
  }

  mount(app: Express): void {
    const document = asyncApiDocument();
    app.get('/api/v1/asyncapi.json', (_req, res) => void res.json(document));
    app.get('/api/v1/workflow_runs/:id/events', async (req, res) => {
      const query = new URL(req.originalUrl, 'http://localhost').searchParams;
      const after = placeOf(query, req.get('last-event-id'));
      const admitted = await this.admit(req, req.params.id);
      if (req.method === 'HEAD') return void res.type('text/event-stream').end();
      await this.serve({ ...admitted, after, connect: (client) => eventStream(res, client, this.times) });
    });
  }

  attach(server: Server): void {
    new Upgrades((upgrade) => this.upgrade(upgrade), this.log).attach(server);
  }

  /** Ends every stream, so that its client comes back elsewhere, and follows no run any more. */
  async close(): Promise<void> {
    this.closing = true;
    for (const { end } of this.open) end('shutdown');
    await Promise.all([...this.open].map(({ over }) => over));
    await this.hub.close();
  }

  private async upgrade({ runId, url, req, accept }: Upgrade): Promise<void> {
    const { headers } = req;
    checkOrigin(headers.origin, headers.host, [...this.access.origins, ...this.access.front.ownOrigins(req)]);
    const after = placeOf(url.searchParams);
    const offered = tokenOf(headers['sec-websocket-protocol']);
    const admitted = await this.admit(req, runId, offered);
    const ws = await accept();
    await this.serve({ ...admitted, after, connect: (client) => socketStream(ws, client, this.times) });
  }

  /** Who may watch, and what. */
  private async admit(req: IncomingMessage, runId: string, token?: string): Promise<Pick<Service, 'run' | 'allowed'>> {
    const { find } = this.access;
    const { caller: watcher, still } = await admit(this.access, req, 'read', token);
    const { orgId } = watcher;
    const run = runId.includes('\0') ? undefined : await find(orgId, runId); // PostgreSQL can't look for that
    if (!run) throw new Fault('NOT_FOUND', `there is no run ${runId}`);
    if (this.closing) throw new Fault('UNAVAILABLE', 'this process is stopping');
    if (this.open.size >= (this.access.most ?? MAX_STREAMS))
      throw new Fault('UNAVAILABLE', 'this process serves as many streams as it can');
    const holds = (caller: Caller | undefined) => caller?.orgId === orgId && can(caller.roles, 'read');
    return { run, allowed: async () => holds(await still()) };
  }

  private async serve(service: Service): Promise<void> {
    const stream = serve(service, { hub: this.hub, times: this.times, log: this.log });
    this.open.add(stream);
    if (this.closing) stream.end('shutdown');
    await stream.over;
    this.open.delete(stream);
  }
}
