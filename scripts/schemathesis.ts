import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openE2E, type E2E } from '../tests/support/e2e.js';
import { setUp } from '../tests/support/global-setup.js';
import { until } from '../tests/support/workflow.js';
import { DEV_ORG } from './dev/seed.js';
import { ROOT } from './dev/state.js';

/**
 * npm run schemathesis [-- MORE]: Schemathesis, an outside judge, holds a real API to the OpenAPI document that it serves. On a stack of
 * its own; MORE goes to `st run`. Ends with 1 when a promise of the document is not kept, or when the API failed inside.
 */
const ERROR = 50;
const LONGEST_MS = 1_500_000;
/** Runs that wait for a decision: each takes one. */
const GATED = 8;
const OURS = path.join(ROOT, 'tests/schemathesis');

async function main(): Promise<void> {
  const st = findSchemathesis();
  if (st === undefined) {
    console.error(
      'Schemathesis is not here: install it (python3 -m venv VENV && VENV/bin/pip install schemathesis==4.32.5) and set SCHEMATHESIS to VENV/bin/st.',
    );
    process.exit(1);
  }
  const tearDown = await setUp();
  const env = { PAYLOAD_KEYS: `k:${randomBytes(32).toString('base64')}`, PAYLOAD_CODEC_ORG: DEV_ORG };
  const heddle = await openE2E({ env });
  try {
    const seeded = await seed(heddle);
    const status = await judge(st, heddle, seeded);
    const failures = (await heddle.log('api')).filter(({ level }) => level >= ERROR);
    for (const line of failures) console.error(JSON.stringify(line));
    // A run that had revoked its own key would have judged refusals alone.
    const { status: still } = await heddle.request('GET', '/workflows');
    if (still !== 200) console.error(`the key that was used is answered with ${still} now`);
    process.exitCode = status === 0 && failures.length === 0 && still === 200 ? 0 : 1;
  } finally {
    await heddle.close();
    await tearDown();
  }
}

function findSchemathesis(): string | undefined {
  const given = process.env['SCHEMATHESIS'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return (given ? [given] : folders.map((folder) => path.join(folder, 'st'))).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false; // not there
    }
  });
}

const SPEC = (description: string) => `name: seeded
description: ${description}
nodes:
  - { key: big, type: tool_call, config: { tool: function, code: "export default () => { console.log('a'); console.log('b'); return 'x'.repeat(20000) }" } }
  - { key: gate, type: human_gate, config: { title: "Go on?" } }
edges: [{ from: big, to: gate }]
`;

interface Seeded {
  /** What is not deleted: the key that all is asked with, and a schedule. */
  kept: string[];
  /** For the configuration. */
  values: Record<string, string>;
  /** A cursor that each list has given, by its path. */
  cursors: Record<string, string>;
}

/** Something to find: workflows with versions, schedules, a run that waits at its gate, one that is over, and a cursor of each list. */
async function seed(heddle: E2E): Promise<Seeded> {
  const { body: keys } = await heddle.request('GET', '/api_keys');
  await heddle.apply('name: other\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
  await heddle.apply('name: waiting\nnodes: [{ key: w, type: wait, config: { event: payment } }]\n');
  await heddle.apply(SPEC('one'));
  const { id: workflow } = await heddle.apply(SPEC('two'));
  for (const [alias, version] of Object.entries({ stable: 1, canary: 2 }))
    for (const to of [version, 3 - version])
      await heddle.request('PUT', `/workflows/seeded/aliases/${alias}`, { json: { version: to } });
  const runs = await Promise.all(Array.from({ length: GATED + 2 }, () => heddle.run('seeded')));
  await until(async () => (await heddle.request('GET', '/gates?status=open')).body.items.length === runs.length);
  const waiting = await heddle.run('waiting');
  const [open, closed, ...gated] = runs as [string, string, ...string[]];
  await heddle.request('POST', `/workflow_runs/${closed}/nodes/gate/decision`, { json: { decision: 'approve' } });
  const { nodes } = await heddle.finished(closed);
  const { $artifact } = nodes[0]!.output as { $artifact: string };
  const spec = { cron: ['@yearly'] };
  const schedules = ['one', 'two'].map((name) =>
    heddle.request('POST', '/schedules', { json: { name, workflow: 'other', spec } }),
  );
  const [schedule] = (await Promise.all(schedules)).map(({ body }) => body.id as string);
  const gate = `/gates/${closed}/gate`;
  for (const text of ['one', 'two']) await heddle.request('POST', `${gate}/comments`, { json: { text } });
  const { body: deputy } = await heddle.request('POST', '/api_keys', { json: { name: 'deputy', roles: ['approver'] } });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const given = ['one', 'two'].map((reason) =>
    heddle.request('POST', '/delegations', { json: { to: `key:${deputy.id}`, until: tomorrow, reason } }),
  );
  const [delegation] = (await Promise.all(given)).map(({ body }) => body.id as string);
  for (const name of ['crm', 'mail']) await heddle.request('PUT', `/limits/${name}`, { json: { concurrency: 5 } });
  const lists = [
    'limits',
    'schedules',
    'workflows',
    'workflows/{id}/versions',
    'workflow_runs',
    'workflow_runs/{id}/logs',
    'gates',
    'gates/{run}/{node}/comments',
    'delegations',
  ];
  lists.push('workflows/{name}/aliases', 'workflows/{name}/aliases/{alias}/history');
  const cursors = lists.map(async (list) => {
    const named = list
      .replace('{name}', 'seeded')
      .replace('{alias}', 'stable')
      .replace('gates/{run}/{node}', gate.slice(1));
    const path = `/${named.replace('workflows/{id}', `workflows/${workflow}`).replace('{id}', closed)}`;
    return [`/api/v1/${list}`, (await heddle.request('GET', `${path}?limit=1`)).body.next_cursor as string] as const;
  });
  return {
    kept: [keys.items[0].id as string, schedule!],
    values: {
      WORKFLOW: workflow,
      SCHEDULE: schedule!,
      OPEN_RUN: open,
      CLOSED_RUN: closed,
      WAITING_RUN: waiting,
      GATED_RUNS: JSON.stringify(gated),
      ARTIFACT: $artifact,
      DELEGATION: delegation!,
    },
    cursors: Object.fromEntries(await Promise.all(cursors)),
  };
}

/** Its exit code. */
async function judge(program: string, { api, token }: E2E, { kept, values, cursors }: Seeded): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-schemathesis-'));
  const config = path.join(folder, 'schemathesis.toml');
  const given: Record<string, string> = { ...values, TOKEN: token, HOOKS: path.join(OURS, 'hooks.py') };
  const text = await readFile(path.join(OURS, 'schemathesis.toml'), 'utf8');
  await writeFile(
    config,
    text.replace(/\$\{(\w+)\}/g, (_, name: string) => given[name]!),
    { mode: 0o600 },
  );
  const child = spawn(
    program,
    ['--config-file', config, '--no-color', 'run', `${api}/api/v1/openapi.json`, ...process.argv.slice(2)],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CURSORS: JSON.stringify(cursors), KEPT: JSON.stringify(kept) },
    },
  );
  const late = setTimeout(() => {
    console.error(`it did not end within ${LONGEST_MS / 1000} s`);
    child.kill('SIGKILL');
  }, LONGEST_MS);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
process.exit();
