import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { newToken } from '../../adapters/postgres/api-keys.js';
import { createClient } from '../../cli/client.js';
import type { RunView } from '../../core/events/view.js';
import { freePort } from '../../scripts/dev/ports.js';
import { devOrg } from '../../scripts/dev/seed.js';
import { ROOT } from '../../scripts/dev/state.js';
import { cloneDatabase } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** Each role by its command line, with what docs/setup.md requires in its environment and nothing else. */
const ROLES = ['api', 'worker', 'projector', 'all'] as const;
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heddle-roles-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  /** npm. */
  child: ChildProcess;
  said: () => string;
  log: () => { pid: number; msg: string }[];
  /** When it has ended and all that it said has been read. */
  exit: Promise<number | NodeJS.Signals>;
}

function start(role: (typeof ROLES)[number], env: Record<string, string>): Started {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('npm', ['run', `start:${role}`], {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // Two streams: a piece of one must not fall into a line of the other.
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  return {
    child,
    said: () => text.stdout + text.stderr,
    log: () =>
      text.stdout
        .split('\n')
        .slice(0, -1) // a line may be half read
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { pid: number; msg: string }),
    exit: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal!))),
  };
}

test.each<{ says: string; roles: (typeof ROLES)[number][] }>([
  {
    says: 'each starts alone; together they carry a run; asked to end, each ends in order',
    roles: ['api', 'worker', 'projector'],
  },
  { says: 'all of them in one process do the same', roles: ['all'] },
])('$says', async ({ roles }) => {
  const databaseUrl = await cloneDatabase(`roles_${process.pid}_${roles.length}`);
  const token = newToken();
  await devOrg(databaseUrl, token);
  const port = await freePort(0);
  const env = {
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS']!,
    DATABASE_URL: databaseUrl,
    ARTIFACTS_URL: pathToFileURL(path.join(folder, 'artifacts')).href,
  };
  const started = roles.map((role) =>
    start(role, role === 'api' || role === 'all' ? { ...env, API_PORT: String(port) } : env),
  );
  try {
    await until(async () => {
      for (const { child, said } of started)
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended:\n${said()}`);
      return started.every(({ log }) => log().some(({ msg }) => msg === 'ready'));
    });
    const client = createClient({ api: `http://127.0.0.1:${port}`, token });
    const spec = { name: 'alone', nodes: [{ key: 'a', type: 'transform', config: { value: 1 } }] };
    const { id } = await client.post<{ id: string }>('/workflow_runs', { spec });
    await until(async () => (await client.get<RunView>(`/workflow_runs/${id}`)).status === 'completed');
    for (const { log } of started) process.kill(log()[0]!.pid, 'SIGTERM');
    expect(new Set(await Promise.all(started.map(({ exit }) => exit)))).toEqual(new Set([0]));
    for (const { log, said } of started)
      if (log().at(-1)!.msg !== 'stopped') throw new Error(`it did not end in order, it said:\n${said()}`);
  } finally {
    for (const { child } of started) if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
  }
});

test.each(ROLES)('%s with a wrong environment says everything at once and ends with code 2', async (role) => {
  const { exit, said } = start(role, {
    TEMPORAL_ADDRESS: 'nowhere',
    TEMPORAL_TLS_KEY: '/key.pem',
    DATABASE_URL: 'mysql://me:hidden@db/heddle',
    ARTIFACTS_URL: 'ftp://artifacts',
    API_PORT: '99999',
    LOG_LEVEL: 'loud',
    WORKER_ACTIVITIES: 'many',
  });
  expect(await exit).toBe(2);
  const complaints = said()
    .split('\n')
    .filter((line) => line.startsWith('  - '));
  const named = complaints.map((line) => /^ {2}- (\w+) is /.exec(line)![1]!);
  expect(named.toSorted()).toEqual([
    'API_PORT',
    'ARTIFACTS_URL',
    'DATABASE_URL',
    'LOG_LEVEL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_TLS_CERT',
    'WORKER_ACTIVITIES',
  ]);
  expect(said()).toContain(`the ${role} can not start`);
  expect(said()).not.toContain('hidden');
});
