import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { newToken } from '../../adapters/postgres/api-keys.js';
import type { RunView } from '../../core/events/view.js';
import { Kept } from '../../scripts/dev/keep.js';
import { role } from '../../scripts/dev/parts.js';
import { freePort } from '../../scripts/dev/ports.js';
import { devOrg } from '../../scripts/dev/seed.js';
import { builtCommand } from './built.js';
import { until } from './workflow.js';

/** Another org on that database, and the token of its admin. */
export async function otherOrg(databaseUrl: string): Promise<string> {
  const token = newToken();
  await onDatabase(databaseUrl, async (client) => {
    await client.query(`INSERT INTO orgs (id, name) VALUES ('org_other', 'other')`);
    await client.query(
      `INSERT INTO api_keys (id, org_id, name, token_hash, roles) VALUES ('key_other', 'org_other', 'all', encode(sha256($1::bytea), 'hex'), '{admin}')`,
      [Buffer.from(token)],
    );
  });
  return token;
}

/** How many of each role run side by side; one unless said. */
export interface E2EOptions {
  env?: Record<string, string>;
  apis?: number;
  workers?: number;
  projectors?: number;
}

/** Heddle's own processes, as they run in production, on the tests' Temporal server and a database of their own. */
export interface E2E {
  /** The first API that is left. */
  readonly api: string;
  token: string;
  databaseUrl: string;
  taskQueue: string;
  /** By name: `api`, `worker` and `projector` are the first of their role, `api-2` and so on those beside them. */
  parts: Record<string, Kept>;
  /** Origin and token of each API, as a client has them. */
  apis: Record<string, { api: string; token: string }>;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** POSTs a spec and answers the version; throws when it is refused. */
  apply(spec: string): Promise<{ id: string; name: string; version: number }>;
  /** Starts a run of a registered workflow. */
  run(workflow: string, input?: unknown, headers?: Record<string, string>): Promise<string>;
  view(runId: string): Promise<RunView>;
  /** Rows of its database. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Waits until the run is sealed: its stored view is final. */
  finished(runId: string): Promise<RunView>;
  /** Ends a process the hard way; it is started again. */
  kill(part: string): void;
  /** Ends a process the hard way, for good. */
  lose(part: string): Promise<void>;
  /** Asks a process to end, for good, and waits for that. */
  retire(part: string): Promise<void>;
  /** What a process has logged so far. */
  log(part: string): Promise<LogLine[]>;
  close(): Promise<void>;
}
export interface LogLine {
  /** As pino counts: 30 is info, 40 a warning, 50 an error. */
  level: number;
  msg?: string;
  [more: string]: unknown;
}
export interface RequestOptions {
  /** Origin of the API to ask. */
  api?: string;
  token?: string | undefined;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test expects of it, it says by matching
  body: any;
}

let count = 0;

const names = (role: string, count = 1): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? role : `${role}-${i + 1}`));

export async function openE2E({ env = {}, ...counts }: E2EOptions = {}): Promise<E2E> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-e2e-'));
  const name = `e2e_${process.pid}_${count++}`;
  const databaseUrl = await cloneDatabase(name);
  const token = newToken();
  await devOrg(databaseUrl, token);
  const taskQueue = `heddle-${name}`;
  const given = {
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS']!,
    TEMPORAL_TASK_QUEUE: taskQueue,
    DATABASE_URL: databaseUrl,
    REDIS_URL: '',
    ARTIFACTS_URL: pathToFileURL(path.join(folder, 'artifacts')).href,
    EGRESS_ALLOW: '127.0.0.1',
    WORKFLOW_BUNDLE: process.env['TEST_WORKFLOW_BUNDLE']!,
    PAYLOAD_KEYS: '',
    STORED_SECRET_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ACTOR_SIGNING_KEYS: `test:${Buffer.alloc(32, 9).toString('base64')}`,
    NODE_OPTIONS: '',
    ...env,
  };
  const say: string[] = [];
  const options = {
    logs: path.join(folder, 'logs'),
    say: (line: string) => void say.push(line),
    onChange: () => undefined,
  };
  const parts: Record<string, Kept> = {};
  const apis: E2E['apis'] = {};
  const add = (which: string, file: string, more: Record<string, string> = {}): void => {
    parts[which] = new Kept({ ...role(which, file, { ...given, ...more }), command: builtCommand(file) }, options);
  };
  for (const which of names('api', counts.apis)) {
    const port = await freePort(0);
    apis[which] = { api: `http://127.0.0.1:${port}`, token };
    add(which, 'api/main.ts', { API_PORT: String(port) });
  }
  for (const which of names('worker', counts.workers)) add(which, 'workers/engine.ts');
  for (const which of names('projector', counts.projectors)) add(which, 'workers/projector.ts');
  await Promise.all(Object.values(parts).map((each) => each.start()));

  const gone = new Set<string>();
  const first = (): string => Object.entries(apis).find(([which]) => !gone.has(which))![1].api;

  async function request(
    method: string,
    route: string,
    { api = first(), json, text, headers = {}, ...rest }: RequestOptions = {},
  ): Promise<Answer> {
    const bearer = 'token' in rest ? rest.token : token;
    const response = await fetch(`${api}${route.startsWith('/api/') ? route : `/api/v1${route}`}`, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (text === undefined ? {} : { body: text }) : { body: JSON.stringify(json) }),
    });
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(body) : body };
  }
  const must = async (answer: Promise<Answer>): Promise<Answer['body']> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const view = (runId: string): Promise<RunView> => must(request('GET', `/workflow_runs/${runId}`));

  return {
    ...{ token, databaseUrl, taskQueue, parts, apis, request, view },
    get api() {
      return first();
    },
    query: (sql, values = []) =>
      onDatabase(databaseUrl, async (client) => (await client.query(sql, values)).rows as Record<string, unknown>[]),
    apply: (spec) =>
      must(request('POST', '/workflows', { text: spec, headers: { 'content-type': 'application/yaml' } })),
    run: async (workflow, input = {}, headers = {}) =>
      ((await must(request('POST', `/workflows/${workflow}/run`, { json: { input }, headers }))) as { id: string }).id,
    async finished(runId) {
      const isSealed = 'SELECT 1 FROM workflow_runs WHERE id = $1 AND sealed_at IS NOT NULL';
      await onDatabase(databaseUrl, (client) =>
        until(async () => (await client.query(isSealed, [runId])).rows.length > 0),
      );
      return view(runId);
    },
    kill: (which) => void process.kill(parts[which]!.pid!, 'SIGKILL'),
    async lose(which) {
      gone.add(which);
      process.kill(parts[which]!.pid!, 'SIGKILL');
      await parts[which]!.stop();
    },
    async retire(which) {
      gone.add(which);
      await parts[which]!.stop();
    },
    async log(which) {
      const lines = (await readFile(path.join(options.logs, `${which}.log`), 'utf8')).split('\n');
      return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
    },
    async close() {
      await Promise.all(Object.values(parts).map((each) => each.stop()));
      await admin(`DROP DATABASE ${name} WITH (FORCE)`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A database of its own in no time, out of the migrated template. */
export async function cloneDatabase(name: string): Promise<string> {
  await admin(`CREATE DATABASE ${name} TEMPLATE heddle_template`);
  return Object.assign(new URL(process.env['TEST_DATABASE_URL']!), { pathname: `/${name}` }).href;
}

async function admin(sql: string): Promise<void> {
  const url = Object.assign(new URL(process.env['TEST_DATABASE_URL']!), { pathname: '/postgres' }).href;
  await onDatabase(url, (client) => client.query(sql));
}

async function onDatabase<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
