import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunView } from '../../core/events/view.js';
import { USUAL_PORTS } from '../../scripts/dev/ports.js';
import { type DevState, isUp, readProcesses, readState, signalPart } from '../../scripts/dev/state.js';
import { until } from '../support/workflow.js';
import { npm, processesOf, type Terminal } from './launcher.js';

/** The launcher as a user meets it. The tests tell one story, on one folder of data: each ends the stack in another way. */
let home: string;
let devFile: string;
let runId: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'heddle-start-'));
  devFile = path.join(home, 'dev.json');
});
afterAll(async () => {
  for (const { pid } of processesOf(home)) process.kill(pid, 'SIGKILL'); // only after a failed test
  await rm(home, { recursive: true, force: true });
});

const start = (env: NodeJS.ProcessEnv = {}): Terminal => npm(home, ['start', '--', '--no-demo'], env);
const UP = 'Ctrl-C ends it';
const isOpen = async (terminal: Terminal): Promise<DevState> => {
  await terminal.until(UP);
  return readState(home)!;
};

/** But PostgreSQL's own: a connection that was idle for long enough ends, and another begins. */
const lasting = () => processesOf(home).filter(({ command }) => !command.startsWith('postgres: '));

async function allIsGone(): Promise<void> {
  await until(async () => processesOf(home).length === 0);
  expect(readdirSync(home).filter((name) => name.endsWith('.json'))).toEqual([]); // dev.json and what else names processes
}

async function call<T>(
  { api, token }: DevState,
  method: string,
  route: string,
  body?: string,
  type = 'application/json',
) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const response = await fetch(`${api}/api/v1${route}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

test.each([
  ['TEMPORAL_CLI', '/nonexistent', 'TEMPORAL_CLI is /nonexistent, which does not run; correct it or unset it'],
  [
    'DATABASE_URL',
    'postgresql://me:hidden@127.0.0.1:1/heddle',
    'no PostgreSQL can be used at 127.0.0.1:1/heddle, which DATABASE_URL names: connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['REDIS_URL', 'http://localhost', 'REDIS_URL is no URL that begins with redis:// or rediss://'],
])('a wrong %s is told in one sentence, and nothing is left running', async (name, value, sentence) => {
  const terminal = start({ [name]: value });
  expect(await terminal.exit).toBe(1);
  const said = terminal.said().split('\n');
  expect(said.filter((line) => line.startsWith('Heddle'))).toEqual([`Heddle could not start: ${sentence}`]);
  expect(terminal.said()).not.toContain('hidden');
  await allIsGone();
});

test.each([
  ['Ctrl-C', 'supervisor', (terminal: Terminal) => terminal.interrupt()],
  ['SIGTERM to npm', 'temporal', (terminal: Terminal) => void process.kill(terminal.pid, 'SIGTERM')],
])('%s while it comes up, as soon as there is a %s, leaves nothing', async (_how, part, end) => {
  const terminal = start();
  await until(async () => part in readProcesses(home).pids);
  end(terminal);
  await allIsGone();
  expect(terminal.said()).toContain('Stopping; data stays');
  expect(terminal.said()).not.toContain('could not start');
});

describe('a stack that is up', () => {
  let terminal: Terminal;
  let dev: DevState;

  test('of two starts at the same moment one wins, and the other says so', async () => {
    const both = [start(), start()];
    const [first, ...more] = await until(
      async () => both.filter((each) => each.said().includes('Another npm start')).length > 0 && both,
    );
    const loser = first!.said().includes('Another npm start') ? first! : more[0]!;
    expect(await loser.exit).toBe(1);
    terminal = both.find((each) => each !== loser)!;
    dev = await isOpen(terminal);
  });

  test('dev.json tells its owner alone where everything is', async () => {
    expect(statSync(devFile).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    const address = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(dev).toEqual({
      ...{ api: address, web: address, temporal_web: address, temporal: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
      token: expect.stringMatching(/^hdl_/),
      examples: { agent_url: address, data_url: address },
      pids: expect.objectContaining({ supervisor: expect.any(Number), postgres: expect.any(Number) }),
      began: expect.objectContaining({ supervisor: expect.any(String), postgres: expect.any(String) }),
    });
    for (const part of ['temporal', 'api', 'worker', 'projector', 'examples'])
      expect([part, isUp(dev, part)]).toEqual([part, true]);
    expect((await fetch(dev.temporal_web)).status).toBe(200);
    expect(await call(dev, 'GET', '/workflows')).toMatchObject({ items: [] });
  });

  test('a second start says that it is up, and changes nothing', async () => {
    const before = [readFileSync(devFile, 'utf8'), lasting()];
    const second = start();
    expect(await second.exit).toBe(0);
    expect(second.said()).toContain('Heddle is already up.');
    expect(second.said()).toContain(dev.api);
    expect([readFileSync(devFile, 'utf8'), lasting()]).toEqual(before);
  });

  test('a part that is killed is started again, and dev.json names the new one', async () => {
    signalPart(dev, 'worker', 'SIGKILL');
    const after = await until(async () => {
      const now = readState(home)!;
      return now.pids['worker'] !== dev.pids['worker'] && isUp(now, 'worker') && now;
    });
    expect({ ...after.pids, worker: 0 }).toEqual({ ...dev.pids, worker: 0 });
  });

  test('Ctrl-C ends all of it; the data stays', async () => {
    const spec = `name: patience
nodes:
  - { key: pause, type: wait, config: { duration: 2s } }
  - { key: gate, type: human_gate, config: { title: "Go on?" } }
  - { key: last, type: transform, config: { value: "\${ nodes.gate.output.decision }" } }
edges: [{ from: pause, to: last }, { from: gate, to: last }]
output: "\${ nodes.last.output }"
`;
    await call(dev, 'POST', '/workflows', spec, 'application/yaml');
    ({ id: runId } = await call<{ id: string }>(dev, 'POST', '/workflows/patience/run', '{}'));
    await until(async () =>
      (await call<RunView>(dev, 'GET', `/workflow_runs/${runId}`)).nodes.every(({ status }) => status !== 'queued'),
    );
    terminal.interrupt();
    // Some shells don't wait for what they run, and npm then ends as the shell did.
    expect([0, 'SIGINT']).toContain(await terminal.exit);
    await allIsGone();
    await expect(fetch(dev.api)).rejects.toThrow('fetch failed');
  });
});

describe('a stack that is started again', () => {
  const held: Server[] = [];
  afterAll(() => {
    for (const server of held) server.close();
  });

  /** Resolves also when somebody else has it. */
  const occupy = (port: number): Promise<void> =>
    new Promise((resolve) => {
      const server = createServer().once('error', () => resolve());
      server.listen(port, '127.0.0.1', () => {
        held.push(server);
        resolve();
      });
    });

  test('takes other ports where the usual ones are taken, says so, and goes on with its runs', async () => {
    const { postgres: _, redis: __, ...usual } = USUAL_PORTS;
    await Promise.all(Object.values(usual).map(occupy));
    const terminal = start({ HEDDLE_ANY_PORTS: '' });
    const dev = await isOpen(terminal);
    for (const [who, at, usually] of [
      ['the API', dev.api, usual.api],
      ['Temporal', dev.temporal, usual.temporal],
      ['Temporal Web', dev.temporal_web, usual.temporalWeb],
    ] as const)
      expect(terminal.said()).toContain(`port ${usually} is taken; ${who} listens on ${at.split(':').at(-1)}\n`);

    await until(async () => (await call<{ items: unknown[] }>(dev, 'GET', '/gates?status=open')).items.length === 1);
    await call(dev, 'POST', `/workflow_runs/${runId}/nodes/gate/decision`, '{"decision":"approve"}');
    const run = await until(async () => {
      const view = await call<RunView>(dev, 'GET', `/workflow_runs/${runId}`);
      return view.status === 'completed' && view;
    });
    expect(run.output).toBe('approved');
    // The supervisor first: it would tidy up after those that are killed before it.
    const { supervisor } = dev.pids;
    const rest = processesOf(home).filter(({ pid }) => pid !== supervisor);
    for (const pid of [supervisor!, ...rest.map((each) => each.pid)]) process.kill(pid, 'SIGKILL');
    await until(async () => processesOf(home).length === 0);
  });

  test('comes up after kill -9 of everything; when its npm is killed, it stops by itself', async () => {
    expect(existsSync(devFile)).toBe(true);
    const terminal = start();
    const dev = await isOpen(terminal);
    expect(await call(dev, 'GET', `/workflow_runs/${runId}`)).toMatchObject({ status: 'completed' });
    process.kill(terminal.pid, 'SIGKILL');
    await allIsGone();
  });

  test('stops when its terminal is closed; a start that comes meanwhile waits for that', async () => {
    const terminal = start();
    const before = await isOpen(terminal);
    terminal.hangUp();
    await until(async () => !existsSync(devFile));
    const next = npm(home, ['start', '--', '--no-demo', '--detach']);
    expect([await next.exit, next.said()]).toEqual([0, expect.stringContaining('npm run stop ends it')]);
    for (const part of Object.keys(before.pids)) expect([part, isUp(before, part)]).toEqual([part, false]);
  });

  test('npm run stop ends what a killed supervisor left', async () => {
    const dev = readState(home)!;
    signalPart(dev, 'supervisor', 'SIGKILL');
    await until(async () => !isUp(dev, 'supervisor'));
    const stop = npm(home, ['run', 'stop']);
    expect(await stop.exit).toBe(0);
    expect(stop.said()).toMatch(/ended what a killed stack had left: .*temporal.*postgres/);
    await allIsGone();
    const again = npm(home, ['run', 'stop']);
    expect(await again.exit).toBe(0);
    expect(again.said()).toContain('Heddle is not up here.');
  });
});
