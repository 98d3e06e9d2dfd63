import { fakeApi, type Answer } from '../tests/support/fake-api.js';
import { main } from './main.js';
import { PLAIN } from './paint.js';

/** Aliases and comparisons on the command line. */
async function heddle(args: string[], answers: Record<string, Answer> = {}) {
  const server = await fakeApi(answers);
  const out: string[] = [];
  const said: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    say: (line: string) => void said.push(line),
    ...{ paint: PLAIN, sayPaint: PLAIN, env: { HEDDLE_API: server.api, HEDDLE_TOKEN: 'key' }, cwd: '/' },
  };
  const code = await main(args, io);
  await server.stop();
  return { code, out: out.join('\n'), said: said.join('\n'), received: server.received };
}

const AT = '2026-11-22T10:00:00.000Z';
const routes = [
  { version: 3, weight: 90 },
  { version: 4, weight: 10 },
];
const CANARY = { alias: 'canary', routes, revision: '17', updated_by: 'key:a', updated_at: AT };

test('alias set: one version, or several by weight, and only over what was seen', async () => {
  const answers = { 'PUT /workflows/flow/aliases/canary': { json: CANARY } };
  const several = await heddle(['alias', 'set', 'flow@canary', '3=90', '4=10', '--revision', '16'], answers);
  expect(several).toMatchObject({ code: 0, out: 'flow@canary leads to v3 90 %, v4 10 %' });
  expect(JSON.parse(several.received[0]!.body)).toEqual({ routes });
  expect(several.received[0]!.headers['if-match']).toBe('"16"');
  const one = await heddle(['alias', 'set', 'flow@canary', '3'], answers);
  expect(JSON.parse(one.received[0]!.body)).toEqual({ routes: [{ version: 3, weight: 100 }] });
  expect(one.received[0]!.headers['if-match']).toBeUndefined();
});

test('alias list, history and remove', async () => {
  const item = { from: null, to: routes, by: 'key:a', at: AT };
  const answers: Record<string, Answer> = {
    'GET /workflows/flow/aliases': { json: { items: [CANARY], next_cursor: 'c' } },
    'GET /workflows/flow/aliases?cursor=c': {
      json: { items: [{ ...CANARY, alias: 'stable', routes: [{ version: 3, weight: 100 }] }], next_cursor: null },
    },
    'GET /workflows/flow/aliases/canary/history': {
      json: { items: [{ ...item, from: routes, to: null }, item], next_cursor: null },
    },
    'DELETE /workflows/flow/aliases/canary': (res) => res.writeHead(204).end(),
  };
  expect(
    (await heddle(['alias', 'list', 'flow'], answers)).out,
  ).toBe(`ALIAS   LEADS TO          REVISION  CHANGED                   BY
canary  v3 90 %, v4 10 %  17        2026-11-22T10:00:00.000Z  key:a
stable  v3                17        2026-11-22T10:00:00.000Z  key:a`);
  expect(
    (await heddle(['alias', 'history', 'flow@canary'], answers)).out,
  ).toBe(`CHANGED                   BY     FROM              TO
2026-11-22T10:00:00.000Z  key:a  v3 90 %, v4 10 %  nowhere
2026-11-22T10:00:00.000Z  key:a  nowhere           v3 90 %, v4 10 %`);
  expect(await heddle(['alias', 'remove', 'flow@canary'], answers)).toMatchObject({
    code: 0,
    out: 'removed flow@canary',
  });
});

test.each([
  ['set', 'flow', '3'],
  ['set', 'flow@canary', '3=90', '4'],
  ['set', 'flow@canary', 'x'],
  ['remove', 'flow@a@b'],
  ['nothing'],
])('alias %s %s %s is refused', async (...args) => {
  const { code, received } = await heddle(['alias', ...args]);
  expect({ code, received }).toEqual({ code: 2, received: [] });
});

test('run by an alias; Tab finds the commands within alias', async () => {
  const answers = { 'POST /workflows/flow%40canary/run': { status: 202, json: { id: 'r1', status: 'queued' } } };
  expect(await heddle(['run', 'flow@canary'], answers)).toMatchObject({ code: 0, out: 'r1' });
  expect((await heddle(['__complete', '--', 'alias', ''])).out).toBe('set\nlist\nhistory\nremove');
  expect((await heddle(['__complete', '--', 'alias', 'set', '--rev'])).out).toBe('--revision');
});

const side = { name: 'flow', version: 1 };
const NONE = { added: [], removed: [], renamed: [], changed: [] };

test('diff of versions: what came, what went, what changed', async () => {
  const json = {
    ...{ same: false, from: side, to: { ...side, version: 2 } },
    workflow: [{ pointer: '/run/max_parallel', from: 50, to: 5 }],
    nodes: {
      added: [{ key: 'new', type: 'wait' }],
      removed: [{ key: 'old', type: 'wait' }],
      renamed: [{ from: 'load', to: 'fetch', changes: [{ pointer: '/output', to: { type: 'object' } }] }],
      changed: [{ key: 'code', changes: [{ pointer: '/config/code', from: 'a\nb\nc\n', to: 'a\nB\nb2\nc\n' }] }],
    },
    edges: {
      added: [{ from: 'fetch', to: 'new', on: 'failure' }],
      removed: [],
      changed: [
        {
          ...{ from: 'fetch', to: 'code', on: 'success' },
          changes: [{ pointer: '/condition', from: `input.a == '${'x'.repeat(80)}'`, to: 'input.a' }],
        },
      ],
    },
  };
  const { out } = await heddle(['diff', 'flow@1', 'flow'], { 'GET /workflows/flow%401/diff/flow': { json } });
  expect(`\n${out}\n`).toBe(`
flow v1 → flow v2

workflow
  /run/max_parallel  50 → 5

nodes
  - old wait
  + new wait
  » load → fetch
    /output
      + {"type":"object"}
  ~ code
    /config/code
      - b
      + B
      + b2

edges
  + fetch → new on failure
  ~ fetch → code
    /condition
      - "input.a == '${'x'.repeat(80)}'"
      + "input.a"
`);
  const same = { same: true, from: side, to: side, workflow: [], nodes: NONE, edges: NONE };
  expect((await heddle(['diff', 'a', 'b'], { 'GET /workflows/a/diff/b': { json: same } })).out).toContain('the same');
});

test('diff of runs', async () => {
  const [a, b] = [`run_${'0'.repeat(32)}`, `run_${'1'.repeat(32)}`];
  const node = { type: 'wait', status: 'completed', attempt: 1, duration_ms: 500 };
  const json = {
    same: false,
    from: { id: a, workflow: 'flow', version: 1, status: 'completed', duration_ms: 2000 },
    to: { id: b, workflow: 'flow', version: 2, alias: 'canary', status: 'running', duration_ms: null },
    run: { changes: [{ pointer: '/version', from: 1, to: 2 }], more: 0 },
    nodes: [
      { key: 'same', from: node, to: node, changes: [], more: 0 },
      {
        ...{ key: 'load', from: node, to: { ...node, attempt: 2, duration_ms: 900 }, more: 3 },
        changes: [
          { pointer: '/attempt', from: 1, to: 2 },
          { pointer: '/output', to: 'x', omitted: ['from'] },
        ],
      },
      { key: 'gone', from: node, to: null, changes: [], more: 0 },
      { key: 'come', from: null, to: { ...node, status: 'running', duration_ms: null }, changes: [], more: 0 },
    ],
  };
  const { out } = await heddle(['diff', a, b], { [`GET /workflow_runs/${a}/diff/${b}`]: { json } });
  expect(`\n${out}\n`).toBe(`
-  ${a}  flow v1             completed  2.00s
+  ${b}  flow v2 by @canary  running    …

run
    /version  1 → 2

nodes
  ~ load 0.50s → 0.90s
    /attempt  1 → 2
    /output  (large) → "x"
    and 3 places more
  - gone wait completed 0.50s
  + come wait running …

1 of 4 nodes are alike
`);
});
