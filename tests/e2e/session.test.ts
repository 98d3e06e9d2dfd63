import { once } from 'node:events';
import pg from 'pg';
import { WebSocket } from 'ws';
import { speakerOf } from '../../core/auth/speaker.js';
import { SIGN_INS_A_MINUTE } from '../../core/limits.js';
import { type Answer, type E2E, openE2E, otherOrg } from '../support/e2e.js';

/** A browser that signs in with API keys, and what its cookie is good for. */
let heddle: E2E;
let token: string;
let keyId: string;
beforeAll(async () => {
  heddle = await openE2E({ workers: 0, projectors: 0 });
  const json = { name: 'Ann', roles: ['engineer'], groups: ['finance'], person: 'user:ann' };
  ({ token, id: keyId } = (await heddle.request('POST', '/api_keys', { json })).body);
});
afterAll(() => heddle.close());

const OURS = { 'sec-fetch-site': 'same-origin' };
/** As a browser would, with the cookie that it has, and from which site. */
const browse = (method: string, path: string, cookie: string, json?: unknown, headers: Record<string, string> = OURS) =>
  heddle.request(method, path, {
    token: undefined,
    headers: { cookie, ...headers },
    ...(json === undefined ? {} : { json }),
  });
const cookieOf = ({ headers }: Answer): string => headers.get('set-cookie')!.split(';')[0]!;
const signIn = (key: string, cookie = '') => browse('POST', '/session', cookie, { token: key });
const VALID = { spec: { name: 'a', nodes: [{ key: 'a', type: 'transform', config: { value: 1 } }] } };

test('nobody has no session, and is told how to get one', async () => {
  expect((await browse('GET', '/me', '')).status).toBe(401);
  expect((await browse('GET', '/me', `heddle_session=${'x'.repeat(43)}`)).body).toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect((await browse('GET', '/session/ways', '')).body).toEqual({ token: true, oidc: null });
  expect((await signIn('hdl_wrong')).body).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('who signs in with a key is who the key says, and may do the same', async () => {
  const answer = await signIn(token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('set-cookie')).toMatch(
    /^heddle_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  );
  const bearer = (await heddle.request('GET', '/me', { token })).body;
  const { session, ...rest } = answer.body;
  expect(bearer).toEqual({ ...rest, session: null });
  expect(rest).toMatchObject({
    ...{
      subject: 'user:ann',
      name: 'Ann',
      org: { id: 'org_dev', name: 'dev' },
      roles: ['engineer'],
      groups: ['finance'],
    },
    orgs: [{ id: 'org_dev', name: 'dev', roles: ['engineer'] }],
  });
  expect(rest.actions).toContain('runs:start');
  expect(rest.actions).not.toContain('gates:decide');
  expect(Date.parse(session.expires_at)).toBeGreaterThan(Date.now());
  const cookie = cookieOf(answer);
  expect((await browse('POST', '/workflow_runs', cookie, VALID)).status).toBe(202);
  expect((await browse('GET', '/api_keys', cookie)).body).toMatchObject({ code: 'FORBIDDEN' });
  const logged = JSON.stringify(await heddle.log('api'));
  expect(logged).not.toContain(cookie.split('=')[1]!);
});

test('a page of another site can do nothing with the cookie', async () => {
  const cookie = cookieOf(await signIn(token));
  const origin = heddle.api;
  const strangers = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ];
  for (const headers of strangers) {
    const answers = [
      await browse('POST', '/workflow_runs', cookie, VALID, headers),
      await browse('POST', '/session', cookie, { token }, headers),
      await browse('PUT', '/session/org', cookie, { org_id: 'org_dev' }, headers),
      await browse('DELETE', '/session', cookie, undefined, headers),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'CROSS_SITE']);
  }
  expect((await browse('POST', '/workflow_runs', cookie, VALID, { origin })).status).toBe(202);
  expect((await browse('GET', '/me', cookie, undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await browse('GET', '/me', cookie, undefined, { 'sec-fetch-site': 'none' })).status).toBe(200);
  // A key speaks for itself, wherever it comes from.
  const foreign = { cookie, 'sec-fetch-site': 'cross-site' };
  expect((await heddle.request('GET', '/me', { headers: foreign })).body).toMatchObject({ session: null });
  expect((await heddle.request('GET', '/me', { token: 'hdl_wrong', headers: { ...OURS, cookie } })).status).toBe(401);
});

test('a page that stands for somebody else than its session does nothing, and reads nothing', async () => {
  const cookie = cookieOf(await signIn(token));
  const as = (subject: string, orgId = 'org_dev') => ({ ...OURS, 'heddle-speaker': speakerOf({ subject, orgId }) });
  const run = (headers: Record<string, string>) => browse('POST', '/workflow_runs', cookie, VALID, headers);
  expect((await run(as('user:ann'))).status).toBe(202);
  const refused = [
    await run(as('user:bob')),
    await run(as('user:ann', 'org_other')),
    await browse('GET', '/workflow_runs', cookie, undefined, as('user:bob')),
  ];
  for (const { status, body } of refused) expect([status, body.code]).toEqual([409, 'SPEAKER_CHANGED']);
  // A key speaks for itself.
  expect((await heddle.request('GET', '/workflow_runs', { token, headers: as('user:bob') })).status).toBe(200);
});

test('a stream is opened by the cookie, from a page of ours alone', async () => {
  const cookie = cookieOf(await signIn(token));
  const { id } = (await browse('POST', '/workflow_runs', cookie, VALID)).body as { id: string };
  const url = `${heddle.api.replace('http', 'ws')}/api/v1/ws/workflow_runs/${id}`;
  const open = async (headers: Record<string, string>) => {
    const ws = new WebSocket(url, { headers: { cookie, ...headers } });
    const [first] = await Promise.race([
      once(ws, 'message').then(([data]) => [JSON.parse(String(data)).type as string]),
      once(ws, 'unexpected-response').then(([, res]) => [(res as { statusCode: number }).statusCode]),
    ]);
    ws.on('error', () => undefined).terminate();
    return first;
  };
  expect(await open({ origin: heddle.api })).toBe('snapshot');
  expect(await open({})).toBe(403);
  expect(await open({ origin: 'https://evil.example' })).toBe(403);
  expect(await open({ origin: heddle.api, 'sec-fetch-site': 'cross-site' })).toBe(403);
});

test('one session has several orgs, one of them at a time', async () => {
  const other = await otherOrg(heddle.databaseUrl);
  const before = cookieOf(await signIn(token));
  const both = await signIn(other, before);
  expect(both.body).toMatchObject({ org: { id: 'org_other' }, orgs: [{ id: 'org_dev' }, { id: 'org_other' }] });
  const cookie = cookieOf(both);
  expect((await browse('GET', '/me', before)).status).toBe(401);
  expect((await browse('PUT', '/session/org', cookie, { org_id: 'org_nowhere' })).status).toBe(404);
  expect((await browse('PUT', '/session/org', cookie, { org_id: 'org_dev' })).body).toMatchObject({
    subject: 'user:ann',
  });
  expect((await browse('GET', '/me', cookie)).body).toMatchObject({ org: { id: 'org_dev' } });

  // What the revoked key gave is gone; the rest can be chosen.
  expect((await heddle.request('DELETE', `/api_keys/${keyId}`)).status).toBe(204);
  expect((await browse('GET', '/me', cookie)).status).toBe(401);
  expect((await browse('PUT', '/session/org', cookie, { org_id: 'org_dev' })).status).toBe(404);
  expect((await browse('PUT', '/session/org', cookie, { org_id: 'org_other' })).body.orgs).toHaveLength(1);

  const out = await browse('DELETE', '/session', cookie);
  expect([out.status, cookieOf(out)]).toEqual([204, 'heddle_session=']);
  expect((await browse('GET', '/me', cookie)).status).toBe(401);
  const client = new pg.Client({ connectionString: heddle.databaseUrl });
  await client.connect();
  const { rows } = await client.query(`SELECT 1 FROM sessions WHERE org_id = 'org_other'`);
  const { rows: told } = await client.query(
    `SELECT DISTINCT action, actor FROM audit_log WHERE action LIKE 'session.%'`,
  );
  await client.end();
  expect(rows).toEqual([]);
  expect(told.map(({ action, actor }) => `${action} ${actor}`).toSorted()).toEqual([
    'session.begin key:key_other',
    'session.begin user:ann',
    'session.end key:key_other',
  ]);
});

test('a key signs nobody out of itself, and one address may not try for ever', async () => {
  expect((await heddle.request('DELETE', '/session')).status).toBe(204);
  expect((await heddle.request('GET', '/me')).status).toBe(200);
  let last = await signIn('hdl_wrong');
  for (let i = 0; i < SIGN_INS_A_MINUTE && last.status === 401; i++) last = await signIn('hdl_wrong');
  expect([last.status, last.headers.get('retry-after'), last.body.code]).toEqual([429, '60', 'TOO_OFTEN']);
});
