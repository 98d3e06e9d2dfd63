import { mkdtemp, rm } from 'node:fs/promises';
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
import { until } from './workflow.js';

/** Heddle's own processes, as they run in production, on the tests' Temporal server and a database of their own. */
export interface E2E {
  api: string;
  token: string;
  databaseUrl: string;
  taskQueue: string;
  parts: Record<'api' | 'worker' | 'projector', Kept>;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** POSTs a spec and answers the version; throws when it is refused. */
  apply(spec: string): Promise<{ id: string; name: string; version: number }>;
  /** Starts a run of a registered workflow. */
  run(workflow: string, input?: unknown, headers?: Record<string, string>): Promise<string>;
  view(runId: string): Promise<RunView>;
  /** Waits until the run is sealed: its stored view is final. */
  finished(runId: string): Promise<RunView>;
  /** Ends a process the hard way; it is started again. */
  kill(part: 'api' | 'worker' | 'projector'): void;
  close(): Promise<void>;
}
export interface RequestOptions {
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

export async function openE2E({ env = {} }: { env?: Record<string, string> } = {}): Promise<E2E> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-e2e-'));
  const name = `e2e_${process.pid}_${count++}`;
  const databaseUrl = await cloneDatabase(name);
  const token = newToken();
  await devOrg(databaseUrl, token);
  const port = await freePort(0);
  const api = `http://127.0.0.1:${port}`;
  const taskQueue = `heddle-${name}`;
  const given = {
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS']!,
    TEMPORAL_TASK_QUEUE: taskQueue,
    DATABASE_URL: databaseUrl,
    REDIS_URL: '',
    ARTIFACTS_URL: pathToFileURL(path.join(folder, 'artifacts')).href,
    API_PORT: String(port),
    EGRESS_ALLOW: '127.0.0.1',
    WORKFLOW_BUNDLE: process.env['TEST_WORKFLOW_BUNDLE']!,
    NODE_OPTIONS: '',
    ...env,
  };
  const say: string[] = [];
  const options = {
    logs: path.join(folder, 'logs'),
    say: (line: string) => void say.push(line),
    onChange: () => undefined,
  };
  const part = (which: string, file: string) => new Kept(role(which, file, given), options);
  const parts = {
    api: part('api', 'api/main.ts'),
    worker: part('worker', 'workers/engine.ts'),
    projector: part('projector', 'workers/projector.ts'),
  };
  await Promise.all(Object.values(parts).map((each) => each.start()));

  async function request(
    method: string,
    route: string,
    { json, text, headers = {}, ...rest }: RequestOptions = {},
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
    ...{ api, token, databaseUrl, taskQueue, parts, request, view },
    apply: (spec) =>
      must(request('POST', '/workflows', { text: spec, headers: { 'content-type': 'application/yaml' } })),
    run: async (workflow, input = {}, headers = {}) =>
      ((await must(request('POST', `/workflows/${workflow}/run`, { json: { input }, headers }))) as { id: string }).id,
    async finished(runId) {
      const sealed = new pg.Client({ connectionString: databaseUrl });
      await sealed.connect();
      try {
        await until(async () => {
          const { rows } = await sealed.query('SELECT 1 FROM workflow_runs WHERE id = $1 AND sealed_at IS NOT NULL', [
            runId,
          ]);
          return rows.length > 0;
        });
      } finally {
        await sealed.end();
      }
      return view(runId);
    },
    kill: (which) => void process.kill(parts[which].pid!, 'SIGKILL'),
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
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
