import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAgentClient } from '../../adapters/a2a/client.js';
import type { Json } from '../../core/json.js';
import { compile } from '../../core/spec/compile.js';
import { runDocument } from '../support/spec-tests.js';
import { summariseText } from '../../examples/agents/summary.js';

/** The entry that `npm start` runs, as a process of its own. */
let child: ChildProcess;
let agent_url = '';
let data_url = '';

beforeAll(async () => {
  const main = fileURLToPath(new URL('../../examples/main.ts', import.meta.url));
  const { NODE_OPTIONS: _jestOnly, ...env } = process.env;
  child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...env, EXAMPLES_AGENT_PORT: '0', EXAMPLES_DATA_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  ({ agent_url, data_url } = JSON.parse(line.toString()) as { agent_url: string; data_url: string });
});

afterAll(async () => {
  const closed = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
});

const get = async (path: string, init?: RequestInit) => {
  const response = await fetch(data_url + path, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('the data set is whole: 118 elements, each once, in order', async () => {
  const { body } = await get('/elements');
  const elements = body['elements'] as {
    number: number;
    symbol: string;
    name: string;
    weight: number;
    period: number;
  }[];
  expect(elements.map(({ number }) => number)).toEqual(Array.from({ length: 118 }, (_, index) => index + 1));
  expect(new Set(elements.map(({ symbol }) => symbol)).size).toBe(118);
  expect(elements.filter(({ period }) => period === 5)).toHaveLength(18);
  expect(elements[49]).toEqual({
    number: 50,
    symbol: 'Sn',
    name: 'Tin',
    weight: 118.71,
    period: 5,
    group: 14,
    category: 'post-transition metal',
    radioactive: false,
  });
});

test('one period, one element, one that is none', async () => {
  expect((await get('/elements?period=1')).body).toMatchObject({ total: 2 });
  expect((await get('/elements/Au')).body).toMatchObject({ name: 'Gold' });
  expect((await get('/elements/Unobtainium')).status).toBe(404);
});

test('the flaky server fails twice for each key, then succeeds', async () => {
  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await get('/flaky/a')).status);
  expect(statuses).toEqual([503, 503, 200, 200]);
  expect((await get('/flaky/a', { headers: { 'idempotency-key': 'other' } })).status).toBe(503);
});

test('an effect acts once for each Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' };
  expect(await get('/effects', { method: 'POST', headers, body: '{}' })).toMatchObject({
    status: 201,
    body: { acted: true },
  });
  expect(await get('/effects', { method: 'POST', headers, body: '{}' })).toMatchObject({
    status: 200,
    body: { acted: false },
  });
  expect((await get('/effects', { method: 'POST' })).status).toBe(400);
  expect((await get('/effects')).body).toEqual({ total: 1, effects: [{ key: 'k', seen: 2 }] });
});

async function ask(message: Json): Promise<Json> {
  const call = { agent: agent_url, message, effect: JSON.stringify(message), stream: true, poll_interval_ms: 50 };
  const { signal } = new AbortController();
  const context = {
    signal,
    heartbeat: () => {},
    resumeFrom: undefined,
    attempt: 1,
    isOver: () => Promise.resolve(false),
    log: () => {},
  };
  return (await createAgentClient().call(call, context)).output;
}

test('the archivist summarises records by counting', async () => {
  const records = [
    { name: 'Tin', weight: 118.71, kind: 'metal' },
    { name: 'Lead', weight: 207.2, kind: 'metal' },
    { name: 'Iodine', weight: 126.9, kind: 'halogen' },
  ];
  expect(await ask({ records })).toMatchObject({
    text: '3 records. weight runs from 118.71 (Tin) to 207.2 (Lead), 150.94 on average. kind: metal 2, halogen 1.',
    kind: 'records',
    count: 3,
  });
});

test('the archivist summarises text by its most telling sentence', async () => {
  const text = 'It rained. The old loom wove the cloth, and the loom wove on. Night came.';
  expect(await ask(text)).toMatchObject({ text: 'The old loom wove the cloth, and the loom wove on.', kind: 'text' });
  expect(summariseText(text)).toEqual(summariseText(text));
});

test('the archivist asks when there is nothing to summarise', async () => {
  await expect(ask({ nothing: true })).rejects.toMatchObject({ code: 'AGENT_INPUT_REQUIRED' });
});

const folder = new URL('../../examples/workflows/', import.meta.url);
const readSpec = (file: string) => readFileSync(new URL(file, folder), 'utf8');

const files = readdirSync(folder);

test.each(files.filter((file) => !file.endsWith('.test.yaml')))('%s compiles, under its own name', (file) => {
  const compiled = compile(readSpec(file));
  expect(compiled.ok ? [] : compiled.problems).toEqual([]);
  expect(compiled.ok && `${compiled.plan.name}.yaml`).toBe(file);
});

test('the demo declares its outputs, so that a slip of the pen is found when it is compiled', () => {
  const compiled = compile(
    readSpec('elements-brief.yaml').replace('output.radioactive) > 0', 'output.radioactiv) > 0'),
  );
  expect(compiled).toMatchObject({
    ok: false,
    problems: [{ code: 'UNKNOWN_PROPERTY', pointer: '/edges/3/condition', suggestion: 'radioactive' }],
  });
});

test.each(files.filter((file) => file.endsWith('.test.yaml')))(
  '%s passes, and covers all that it asks for',
  async (file) => {
    const report = await runDocument(readSpec(file.replace('.test', '')), readSpec(file));
    expect(report.cases.map(({ name, differences, problems }) => ({ name, differences, problems }))).toEqual(
      report.cases.map(({ name }) => ({ name, differences: [], problems: [] })),
    );
    expect(report.coverage.short).toEqual([]);
  },
);
