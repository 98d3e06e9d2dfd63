import { createHash, randomUUID } from 'node:crypto';
import { placeOf } from '../../adapters/postgres/workflows.js';
import { newId } from '../../adapters/ids.js';
import { routeAt } from '../../core/spec/routes.js';
import { type E2E, openE2E, type RequestOptions, otherOrg } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Aliases, and comparisons of versions and of runs: over HTTP, against the processes that serve them. */
let heddle: E2E;
let world: World;
let stranger: string;
const SPEC = (name: string, value: number) =>
  `name: ${name}\nnodes: [{ key: a, type: transform, config: { value: ${value} } }]\noutput: "\${ nodes.a.output }"\n`;

beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
  stranger = await otherOrg(heddle.databaseUrl);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

/** A workflow of so many versions; version n puts out n. */
async function versions(name: string, count: number): Promise<{ id: string }[]> {
  const made: { id: string }[] = [];
  for (let value = 1; value <= count; value++) made.push(await heddle.apply(SPEC(name, value)));
  return made;
}
const put = (place: string, json: unknown, options: RequestOptions = {}) => {
  const [name, alias] = place.split('@');
  return heddle.request('PUT', `/workflows/${name}/aliases/${alias}`, { json, ...options });
};
const start = (reference: string, options: RequestOptions = {}) =>
  heddle.request('POST', `/workflows/${encodeURIComponent(reference)}/run`, { json: {}, ...options });
const half = (from: number, to: number) => ({
  routes: [
    { version: to, weight: 50 },
    { version: from, weight: 50 },
  ],
});

test('an alias is set, moved, listed and removed; its history says who, when and from where', async () => {
  await versions('moved', 2);
  const first = await put('moved@stable', { version: 1 });
  expect([first.status, first.headers.get('etag')]).toEqual([201, `"${first.body.revision}"`]);
  expect(first.body).toMatchObject({ alias: 'stable', routes: [{ version: 1, weight: 100 }] });
  const moved = await put('moved@stable', half(1, 2));
  expect([moved.status, moved.body.routes.map(({ version }: { version: number }) => version)]).toEqual([200, [1, 2]]);
  const again = await put('moved@stable', half(1, 2));
  expect([again.status, again.body]).toEqual([200, moved.body]);
  await put('moved@beta', { version: 2 });

  const listed = await heddle.request('GET', '/workflows/moved/aliases?limit=1');
  expect(listed.body.items.map(({ alias }: { alias: string }) => alias)).toEqual(['beta']);
  const rest = await heddle.request('GET', `/workflows/moved/aliases?cursor=${listed.body.next_cursor}`);
  expect(rest.body).toEqual({ items: [moved.body], next_cursor: null });

  expect((await heddle.request('DELETE', '/workflows/moved/aliases/stable')).status).toBe(204);
  expect((await heddle.request('DELETE', '/workflows/moved/aliases/stable')).status).toBe(404);
  expect((await heddle.request('GET', '/workflows/moved/aliases/stable')).status).toBe(404);
  expect(await start('moved@stable')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  const { body } = await heddle.request('GET', '/workflows/moved/aliases/stable/history?limit=2');
  expect(body.items).toMatchObject([
    { from: moved.body.routes, to: null, by: moved.body.updated_by, at: expect.any(String) },
    { from: first.body.routes, to: moved.body.routes, revision: moved.body.revision },
  ]);
  const older = await heddle.request('GET', `/workflows/moved/aliases/stable/history?cursor=${body.next_cursor}`);
  expect(older.body).toMatchObject({ items: [{ from: null, to: first.body.routes }], next_cursor: null });
});

test('who saw something else changes nothing: of many at once one does', async () => {
  await versions('raced', 3);
  const { headers } = await put('raced@stable', { version: 1 }, { headers: { 'if-none-match': '*' } });
  const etag = headers.get('etag')!;
  const refused = { status: 412, body: { code: 'PRECONDITION_FAILED', detail: expect.stringContaining(etag) } };
  expect(await put('raced@stable', { version: 2 }, { headers: { 'if-none-match': '*' } })).toMatchObject(refused);
  expect(await put('raced@stable', { version: 2 }, { headers: { 'if-match': '"0"' } })).toMatchObject(refused);
  expect(await put('raced@none', { version: 2 }, { headers: { 'if-match': '*' } })).toMatchObject({ status: 412 });
  expect(
    await heddle.request('DELETE', '/workflows/raced/aliases/stable', { headers: { 'if-match': '"0"' } }),
  ).toMatchObject(refused);
  const answers = await Promise.all(
    [2, 3, 2, 3].map((version) => put('raced@stable', { version }, { headers: { 'if-match': etag } })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);

  // Not even removed and made again is it what it was.
  const now = (await heddle.request('GET', '/workflows/raced/aliases/stable')).headers.get('etag')!;
  await heddle.request('DELETE', '/workflows/raced/aliases/stable', { headers: { 'if-match': now } });
  await put('raced@stable', { version: 1 });
  expect(await put('raced@stable', { version: 2 }, { headers: { 'if-match': now } })).toMatchObject({ status: 412 });
});

test.each<[string, unknown, number]>([
  ['strict@a', { version: 2 }, 404],
  ['nowhere@a', { version: 1 }, 404],
  ['strict@3', { version: 1 }, 400],
  ['strict@Stable', { version: 1 }, 400],
  ['strict@a', { routes: [{ version: 1, weight: 99 }] }, 400],
  ['strict@a', { routes: [] }, 400],
  ['strict@a', half(1, 1), 400],
  ['strict@a', { routes: [{ version: 1, weight: 100.5 }] }, 400],
  ['strict@a', { version: 1, routes: [{ version: 1, weight: 100 }] }, 400],
])('%s to %j: %i', async (place, json, status) => {
  await versions('strict', 1);
  expect((await put(place, json)).status).toBe(status);
});

test('roles, and other orgs', async () => {
  await versions('owned', 1);
  await put('owned@stable', { version: 1 });
  const keyFor = async (role: string): Promise<string> =>
    (await heddle.request('POST', '/api_keys', { json: { name: role, roles: [role] } })).body.token as string;
  expect((await put('owned@x', { version: 1 }, { token: await keyFor('operator') })).status).toBe(201);
  const approver = await keyFor('approver');
  expect((await put('owned@x', { version: 1 }, { token: approver })).status).toBe(403);
  expect((await heddle.request('GET', '/workflows/owned/aliases/stable', { token: approver })).status).toBe(200);
  for (const path of ['aliases', 'aliases/stable', 'aliases/stable/history', 'diff?from=1&to=1', 'diff/owned'])
    expect([path, (await heddle.request('GET', `/workflows/owned/${path}`, { token: stranger })).status]).toEqual([
      path,
      404,
    ]);
  expect((await put('owned@stable', { version: 1 }, { token: stranger })).status).toBe(404);
  expect((await start('owned@stable', { token: stranger })).status).toBe(404);
});

test('a run by an alias is pinned to the version of that moment and says how it came by it', async () => {
  await versions('aliased', 2);
  await put('aliased@stable', { version: 1 });
  const first = await start('aliased@stable');
  expect(first).toMatchObject({ status: 202, body: { version: 1, alias: 'stable' } });
  await put('aliased@stable', { version: 2 });
  const second = await start('aliased@stable');
  const third = await start('aliased@1');
  expect(await heddle.finished(first.body.id)).toMatchObject({ version: 1, alias: 'stable', output: 1 });
  expect(await heddle.finished(second.body.id)).toMatchObject({ version: 2, alias: 'stable', output: 2 });
  const byVersion = await heddle.finished(third.body.id);
  expect(byVersion).toMatchObject({ version: 1, output: 1 });
  expect(byVersion).not.toHaveProperty('alias');
  const { items } = (await heddle.request('GET', '/workflow_runs?workflow=aliased')).body;
  expect(items.map(({ alias }: { alias?: string }) => alias)).toEqual([undefined, 'stable', 'stable']);
  expect(await start('aliased@stable', { json: { version: 1 } })).toMatchObject({
    status: 400,
    body: { code: 'REQUEST_INVALID' },
  });
});

test('by weight: each run has the version of its own id, and a repeated request has the same run', async () => {
  await versions('split', 2);
  const { body } = await put('split@canary', half(1, 2));
  const answers = await Promise.all(
    Array.from({ length: 24 }, () => start('split@canary', { headers: { 'idempotency-key': randomUUID() } })),
  );
  for (const { body: run } of answers)
    expect(run).toMatchObject({ alias: 'canary', version: routeAt(body.routes, placeOf(run.id)).version });
  expect(await heddle.request('GET', '/workflows/split@canary')).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('2 versions') },
  });

  const key = { headers: { 'idempotency-key': randomUUID() } };
  const before = await start('split@canary', key);
  await put('split@canary', { version: 3 - before.body.version });
  expect((await start('split@canary', key)).body).toEqual(before.body);
});

test('weights hold over many runs', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `run_${createHash('md5').update(`run ${i}`).digest('hex')}`);
  const routes = [
    { version: 1, weight: 90 },
    { version: 2, weight: 9 },
    { version: 3, weight: 1 },
  ];
  const counted = new Map<number, number>();
  for (const id of ids) {
    const { version } = routeAt(routes, placeOf(id));
    counted.set(version, (counted.get(version) ?? 0) + 1);
  }
  // Five standard deviations; and the ids are always these.
  for (const { version, weight } of routes) {
    const expected = (ids.length * weight) / 100;
    expect(Math.abs(counted.get(version)! - expected)).toBeLessThan(5 * Math.sqrt((expected * (100 - weight)) / 100));
  }
});

test('a request whose API died after it had accepted the run finds it again, wherever the alias leads by then', async () => {
  await versions('died', 2);
  await put('died@stable', { version: 1 });
  const key = randomUUID();
  const first = await start('died@stable', { headers: { 'idempotency-key': key } });
  // As it was before the answer was written down.
  await heddle.query('UPDATE idempotency_keys SET status = NULL, response = NULL WHERE key = $1', [key]);
  await put('died@stable', { version: 2 });
  expect((await start('died@stable', { headers: { 'idempotency-key': key } })).body).toEqual(first.body);
  await heddle.query('UPDATE idempotency_keys SET status = NULL, response = NULL WHERE key = $1', [key]);
  await heddle.request('DELETE', '/workflows/died/aliases/stable');
  expect((await start('died@stable', { headers: { 'idempotency-key': key } })).body).toEqual(first.body);
  expect(await heddle.finished(first.body.id)).toMatchObject({ version: 1, alias: 'stable', output: 1 });
});

test('a subworkflow by an alias is pinned when its node begins', async () => {
  await versions('inner', 2);
  await put('inner@stable', { version: 1 });
  await heddle.apply(
    `name: outer\nnodes: [{ key: sub, type: subworkflow, config: { workflow: inner@stable } }]\noutput: "\${ nodes.sub.output }"\n`,
  );
  const id = await heddle.run('outer');
  expect(await heddle.finished(id)).toMatchObject({ output: 1 });
  await put('inner@stable', { version: 2 });
  expect(await heddle.finished(`${id}.sub`)).toMatchObject({ workflow: 'inner', version: 1, alias: 'stable' });
  expect(await heddle.finished(await heddle.run('outer'))).toMatchObject({ output: 2 });
});

test('other comments make a version where it is asked for, with a tag of its own', async () => {
  const text = 'name: commented\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n';
  const said: unknown[] = [];
  const tags = new Set<string | null>();
  for (const [comment, query] of [
    ['', ''],
    ['# why', ''],
    ['# why', '?compare=text'],
    ['# why', '?compare=text'],
  ]) {
    const headers = { 'content-type': 'application/yaml' };
    const made = await heddle.request('POST', `/workflows${query}`, { text: `${comment}\n${text}`, headers });
    said.push([made.status, made.body.version]);
    tags.add(made.headers.get('etag'));
  }
  expect(said.join(' ')).toBe('201,1 200,1 201,2 200,2');
  expect(tags.size).toBe(2);
  const { body } = await heddle.request('GET', '/workflows/commented');
  expect(body.spec).toBe(`# why\n${text}`);
});

test('two versions are compared by structure', async () => {
  const [one, two] = await versions('compared', 2);
  const expected = {
    ...{ same: false, from: { id: one!.id, version: 1 }, to: { id: two!.id, version: 2 } },
    nodes: { changed: [{ key: 'a', changes: [{ pointer: '/config/value', from: 1, to: 2 }] }], added: [], removed: [] },
  };
  await put('compared@old', { version: 1 });
  for (const path of [`${one!.id}/diff/${two!.id}`, 'compared@old/diff/compared@2', 'compared/diff?from=1&to=2'])
    expect(await heddle.request('GET', `/workflows/${path}`)).toMatchObject({ status: 200, body: expected });
  expect((await heddle.request('GET', '/workflows/compared@1/diff/compared@1')).body).toMatchObject({ same: true });
  for (const path of ['compared/diff?from=1&to=3', `compared/diff/${newId('wf')}`])
    expect((await heddle.request('GET', `/workflows/${path}`)).status).toBe(404);
});

test('two runs are compared, open or closed', async () => {
  await heddle.apply(
    `name: held\nnodes: [{ key: a, type: transform, config: { value: "\${ input.n }" } }, { key: b, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/\${ input.n }" } } }]\nedges: [{ from: a, to: b }]\n`,
  );
  const [one, two] = [await heddle.run('held', { n: 1 }), await heddle.run('held', { n: 2 })];
  await until(async () => world.holding.has('/hold/1') && world.holding.has('/hold/2'));
  const changes = [
    { pointer: '/input', from: 1, to: 2 },
    { pointer: '/output', from: 1, to: 2 },
  ];
  const open = await heddle.request('GET', `/workflow_runs/${one}/diff/${two}`);
  expect(open).toMatchObject({
    status: 200,
    body: { same: false, run: { changes: [{ pointer: '/input/n', from: 1, to: 2 }] }, to: { duration_ms: null } },
  });
  expect(open.body.nodes[0]).toMatchObject({ key: 'a', changes });
  world.release('/hold/1');
  await heddle.finished(one);
  const mixed = (await heddle.request('GET', `/workflow_runs/${one}/diff/${two}`)).body;
  expect(mixed.run.changes).toContainEqual({ pointer: '/status', from: 'completed', to: 'running' });
  expect(mixed.nodes[1]).toMatchObject({ from: { status: 'completed', duration_ms: expect.any(Number) } });
  world.release('/hold/2');
  await heddle.finished(two);
  const closed = (await heddle.request('GET', `/workflow_runs/${one}/diff/${two}`)).body;
  expect(closed.run.changes).toEqual([{ pointer: '/input/n', from: 1, to: 2 }]);
  expect((await heddle.request('GET', `/workflow_runs/${one}/diff/${one}`)).body).toMatchObject({ same: true });
  const foreign = [`${one}/diff/${newId('run')}`, `${newId('run')}/diff/${one}`];
  for (const path of foreign) expect((await heddle.request('GET', `/workflow_runs/${path}`)).status).toBe(404);
  const { status } = await heddle.request('GET', `/workflow_runs/${one}/diff/${two}`, { token: stranger });
  expect(status).toBe(404);
});

test('nothing of it failed inside', async () => {
  expect((await heddle.log('api')).filter(({ level }) => level > 40)).toEqual([]);
});
