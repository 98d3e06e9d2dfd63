import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { WebSocket } from 'ws';
import type { Caller } from '../../adapters/postgres/api-keys.js';
import type { Session } from '../../adapters/postgres/sessions.js';
import { Front } from '../../api/http/front.js';
import { problems } from '../../api/http/problem.js';
import { Streams } from '../../api/streams/index.js';
import type { StreamTimes } from '../../api/streams/times.js';
import { readEvents } from '../../cli/sse.js';
import type { CloudEvent } from '../../core/events/cloud-event.js';
import type { RunView } from '../../core/events/view.js';
import { recordedStory, ScriptedRun, scriptedSources, type Story } from './scripted-run.js';

export const TOKEN = 'hdl_test';
const caller = (orgId: string, roles: Caller['roles']): Caller => ({
  orgId,
  subject: 'key:test',
  name: 'test',
  roles,
  groups: [],
});

type WatchingOptions = Partial<StreamTimes> & { most?: number };

/** The streams on a real server on loopback, over runs that a test lets happen. */
export class Watching {
  readonly runs = new Map<string, ScriptedRun>();
  readonly keys = new Map([
    [TOKEN, caller('org_test', ['viewer'])],
    ['hdl_other', caller('org_other', ['viewer'])],
    ['hdl_none', caller('org_test', [])],
  ]);
  /** By the cookie's value. */
  readonly sessions = new Map<string, Session>();
  /** What looking up a key fails with. */
  keysAway: unknown;
  readonly streams: Streams;
  readonly server: Server;
  readonly sockets: Socket[] = [];
  readonly logged: unknown[] = [];
  private readonly lines = new Set<Line>();

  constructor({ most, ...times }: WatchingOptions) {
    this.streams = new Streams(scriptedSources(this.runs), {
      keys: {
        authenticate: async (token) => {
          if (this.keysAway) throw this.keysAway;
          return this.keys.get(token);
        },
      },
      sessions: {
        find: (secret) => Promise.resolve(this.sessions.get(secret)),
        use: (secret) => Promise.resolve(this.sessions.get(secret)),
      },
      front: new Front(),
      find: (org, id) => {
        const run = this.runs.get(id);
        return Promise.resolve(run?.exists && run.known.org_id === org ? run.known : undefined);
      },
      origins: ['https://app.example'],
      log: (err) => this.logged.push(err),
      ...(most === undefined ? {} : { most }),
      times: { retryMs: 2, longestRetryMs: 10, freshMs: 0, closeMs: 200, reconnectMs: 10, ...times },
    });
    const app = express();
    this.streams.mount(app);
    app.post('/plain', express.text(), (req, res) => {
      res.send(`got ${JSON.stringify(req.body || '')}, upgrade ${req.get('upgrade') ?? 'none'}`);
    });
    app.use(problems((err) => this.logged.push(err)));
    this.server = createServer(app);
    this.server.on('connection', (socket) => this.sockets.push(socket));
    this.streams.attach(this.server);
  }

  static async open(options: WatchingOptions = {}): Promise<Watching> {
    const watching = new Watching(options);
    await once(watching.server.listen(0, '127.0.0.1'), 'listening');
    return watching;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async run(story: string | Story): Promise<ScriptedRun> {
    const run = new ScriptedRun(typeof story === 'string' ? await recordedStory(story) : story);
    this.runs.set(run.known.id, run);
    return run;
  }

  async watch(kind: Kind, run: string | ScriptedRun, options: LineOptions = {}): Promise<Line> {
    const id = typeof run === 'string' ? run : run.known.id;
    const line = await (kind === 'sse' ? watchEvents : watchSocket)(this.host, id, options);
    this.lines.add(line);
    return line;
  }

  async close(): Promise<void> {
    for (const line of this.lines) line.cut();
    await this.streams.close();
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }
}

export type Kind = 'sse' | 'websocket';
export interface LineOptions {
  after?: string | undefined;
  query?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** What a client got, whatever its line. */
export interface Line {
  status: number;
  /** Of a refusal. */
  problem: { code: string; detail: string; errors?: { pointer: string }[] } | undefined;
  snapshot: RunView | undefined;
  /** With their cursors, as the line gave them. */
  durable: CloudEvent[];
  ephemeral: CloudEvent[];
  /** The cursor that this client would come back with. */
  cursor: string | undefined;
  /** Ends the line from the client's side, at once. */
  cut(): void;
  /** Resolves when the line is down; with its code if it is a WebSocket. */
  over: Promise<number | undefined>;
}

const emptyLine = (): Line => ({
  ...{ status: 0, problem: undefined, snapshot: undefined, durable: [], ephemeral: [], cursor: undefined },
  ...{ cut: () => undefined, over: Promise.resolve(undefined) },
});

async function watchEvents(
  host: string,
  id: string,
  { after, query, token = TOKEN, headers }: LineOptions,
): Promise<Line> {
  const stop = new AbortController();
  const response = await fetch(`http://${host}/api/v1/workflow_runs/${id}/events${query ?? ''}`, {
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(after === undefined ? {} : { 'last-event-id': after }),
      ...headers,
    },
    signal: stop.signal,
  });
  const line: Line = { ...emptyLine(), status: response.status, cut: () => stop.abort() };
  if (response.ok) line.over = readAll(response, line, stop.signal);
  else line.problem = (await response.json()) as NonNullable<Line['problem']>;
  return line;
}

async function readAll(response: Response, line: Line, signal: AbortSignal): Promise<undefined> {
  try {
    for await (const { id, type, data } of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
      line.cursor = id;
      const value = JSON.parse(data) as CloudEvent;
      if (type === 'snapshot') line.snapshot = value as unknown as RunView;
      else if (value.data.ephemeral) line.ephemeral.push(value);
      else {
        expect({ id, type }).toEqual({ id: value.id, type: value.type });
        line.durable.push(value);
      }
    }
  } catch (err) {
    if (!signal.aborted && !(err instanceof TypeError)) throw err; // fetch's way to say that the line broke
  }
}

async function watchSocket(
  host: string,
  id: string,
  { after, query, token = TOKEN, headers }: LineOptions,
): Promise<Line> {
  const search = query ?? (after === undefined ? '' : `?after=${after}`);
  const ws = new WebSocket(`ws://${host}/api/v1/ws/workflow_runs/${id}${search}`, {
    headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  const line: Line = { ...emptyLine(), cut: () => ws.terminate() };
  line.over = new Promise((resolve) => ws.on('close', resolve));
  ws.on('error', () => undefined);
  ws.on('message', (data) => {
    const value = JSON.parse(String(data as Buffer)) as CloudEvent;
    if ((value.type as string) === 'snapshot') line.snapshot = value.data as unknown as RunView;
    else if (value.data.ephemeral) return void line.ephemeral.push(value);
    else line.durable.push(value);
    line.cursor = value.id;
  });
  await new Promise<void>((resolve, reject) => {
    ws.on('open', () => resolve(void (line.status = 101)));
    ws.on('unexpected-response', (_req, res) => {
      line.status = res.statusCode!;
      let text = '';
      res.on('data', (chunk) => (text += String(chunk)));
      res.on('end', () => {
        line.problem = JSON.parse(text) as NonNullable<Line['problem']>;
        resolve();
      });
    });
    ws.on('error', reject);
  });
  return line;
}

/** Waits until it holds. What never will is given up, so that the test that waits says so. */
export async function until(holds: () => boolean): Promise<void> {
  const vain = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > vain) throw new Error(`waited in vain: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A client that asks and never reads, and the server's end of its line. */
export async function stuck(watching: Watching, kind: Kind, id: string): Promise<[client: Socket, server: Socket]> {
  const [hostname, port] = watching.host.split(':');
  const before = watching.sockets.length;
  const client = connect(Number(port), hostname).pause();
  client.on('error', () => undefined);
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
  ];
  const path = kind === 'sse' ? `workflow_runs/${id}/events` : `ws/workflow_runs/${id}`;
  client.write(
    [
      `GET /api/v1/${path}?after=0 HTTP/1.1`,
      `Host: ${watching.host}`,
      `Authorization: Bearer ${TOKEN}`,
      ...(kind === 'sse' ? [] : upgrade),
      '\r\n',
    ].join('\r\n'),
  );
  await until(() => watching.sockets.length > before);
  return [client, watching.sockets[before]!];
}
