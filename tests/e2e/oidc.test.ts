import { type E2E, openE2E } from '../support/e2e.js';
import { CLIENT, Jar, type OpenId, openId } from '../support/open-id.js';

/** Signing in at a real OpenID provider, by a browser that comes through a proxy which ends TLS. */
const PUBLIC = 'https://heddle.example';
let provider: OpenId;
let heddle: E2E;

beforeAll(async () => {
  provider = await openId(`${PUBLIC}/api/v1/session/oidc/callback`);
  provider.accounts = {
    a1: {
      ...{ name: 'Ann Other', email: 'Ann@Example.org', email_verified: true },
      groups: ['heddle:org_dev:approver', 'heddle:org_dev:group:legal', 'heddle:org_gone:admin', 'everybody'],
    },
    b2: { preferred_username: 'ann@example.org', groups: ['heddle:org_dev:viewer'] },
    c3: { email: 'cem@example.org', email_verified: true, groups: ['everybody', 'heddle:org_gone:admin'] },
    d4: { email: 'dan@example.org', email_verified: true },
    e5: { email: 'eve@example.org', email_verified: true, groups: ['heddle:org_dev:approver'] },
  };
  heddle = await openE2E({
    ...{ workers: 0, projectors: 0 },
    env: {
      ...{ PUBLIC_URL: PUBLIC, TRUSTED_PROXIES: '127.0.0.1', OIDC_ISSUER: provider.issuer, OIDC_NAME: 'Example' },
      ...{ OIDC_CLIENT_ID: CLIENT.client_id, OIDC_CLIENT_SECRET: CLIENT.client_secret },
    },
  });
});
afterAll(async () => {
  await heddle.close();
  await provider.close();
});

/** One step of a browser: to Heddle through the proxy, or to the provider. */
async function step(jar: Jar, url: string): Promise<{ status: number; location: string }> {
  const { origin, host, href } = new URL(url, PUBLIC);
  const ours = origin === PUBLIC;
  const answer = await fetch(ours ? href.replace(PUBLIC, heddle.api) : href, {
    redirect: 'manual',
    headers: { cookie: jar.of(host), ...(ours ? { 'x-forwarded-proto': 'https' } : {}) },
  });
  jar.take(host, answer.headers);
  const location = answer.headers.get('location');
  return { status: answer.status, location: location === null ? '' : new URL(location, href).href };
}

const CALLBACK = `${PUBLIC}/api/v1/session/oidc/callback`;
/** Begins, and goes as far as the provider sends the browser back. */
async function toCallback(jar: Jar, who: string | undefined, returnTo = '/runs?status=held'): Promise<string> {
  provider.who = who;
  let url = `${PUBLIC}/api/v1/session/oidc?return_to=${encodeURIComponent(returnTo)}`;
  do url = (await step(jar, url)).location;
  while (url !== '' && !url.startsWith(CALLBACK));
  return url;
}
const signIn = async (jar: Jar, who: string | undefined, returnTo?: string) =>
  (await step(jar, await toCallback(jar, who, returnTo))).location;
const me = (jar: Jar) =>
  heddle.request('GET', '/me', {
    token: undefined,
    headers: { cookie: jar.of('heddle.example'), 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' },
  });

test('somebody whose groups give them a role is who the provider says', async () => {
  expect((await heddle.request('GET', '/session/ways')).body).toEqual({
    token: true,
    oidc: { name: 'Example', url: '/api/v1/session/oidc' },
  });
  const jar = new Jar();
  expect(await signIn(jar, 'a1')).toBe(`${PUBLIC}/runs?status=held`);
  expect(jar.of('heddle.example')).toMatch(/^__Host-heddle_session=[\w-]{43}$/);
  expect((await me(jar)).body).toMatchObject({
    ...{ subject: 'user:ann@example.org', name: 'Ann Other', roles: ['approver'], groups: ['legal'] },
    ...{ org: { id: 'org_dev', name: 'dev' }, orgs: [{ id: 'org_dev', roles: ['approver'] }] },
  });
  const first = jar.of('heddle.example');
  await signIn(jar, 'a1');
  expect(jar.of('heddle.example')).not.toBe(first);
  const stale = new Jar();
  stale.take('heddle.example', new Headers({ 'set-cookie': first }));
  expect((await me(stale)).status).toBe(401);
});

test('who has signed in can be delegated to, and delegates', async () => {
  const [ann, eve] = [new Jar(), new Jar()];
  await signIn(ann, 'a1');
  const delegate = (to: string) =>
    heddle.request('POST', '/delegations', {
      ...{ token: undefined, json: { to, until: new Date(Date.now() + 60_000).toISOString(), reason: 'away' } },
      headers: { cookie: ann.of('heddle.example'), 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' },
    });
  expect(await delegate('user:eve@example.org')).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/to', message: expect.stringContaining('has signed in') }] },
  });
  await signIn(eve, 'e5');
  expect(await delegate('user:eve@example.org')).toMatchObject({
    status: 201,
    body: { from_person: 'user:ann@example.org', to: 'user:eve@example.org', groups: ['legal'] },
  });
});

test('a name that somebody chose makes them nobody else', async () => {
  const jar = new Jar();
  await signIn(jar, 'b2');
  expect((await me(jar)).body).toMatchObject({ subject: 'user:b2', name: 'ann@example.org', roles: ['viewer'] });
});

test.each([
  ['without a group that is known here', 'c3', 'no_org'],
  ['without any group', 'd4', 'no_org'],
  ['whom the provider lets not in', undefined, 'denied'],
])('somebody %s is not signed in', async (_whom, who, problem) => {
  const jar = new Jar();
  expect(await signIn(jar, who)).toBe(`${PUBLIC}/sign-in?problem=${problem}`);
  expect(jar.of('heddle.example')).toBe('');
});

test('what comes back must be what this browser began, and comes once', async () => {
  const jar = new Jar();
  const url = await toCallback(jar, 'a1');
  const kept = jar.of('heddle.example');
  const refused = `${PUBLIC}/sign-in?problem=`;
  expect((await step(new Jar(), url)).location).toBe(`${refused}state`); // another browser's
  const forged = url.replace(/state=[^&]+/, 'state=forged');
  const copy = new Jar();
  copy.take('heddle.example', new Headers({ 'set-cookie': kept }));
  expect((await step(copy, forged)).location).toBe(`${refused}state`);
  copy.take('heddle.example', new Headers({ 'set-cookie': kept }));
  expect((await step(copy, url.replace(/code=[^&]+/, 'code=guessed'))).location).toBe(`${refused}provider`);

  expect((await step(jar, url)).location).toBe(`${PUBLIC}/runs?status=held`);
  expect((await step(jar, url)).location).toBe(`${refused}state`); // the browser has forgotten it
  copy.take('heddle.example', new Headers({ 'set-cookie': kept }));
  expect((await step(copy, url)).location).toBe(`${refused}provider`); // and the provider remembers
  expect(copy.of('heddle.example')).toBe('');
  const logged = (await heddle.log('api')).filter(({ level }) => level >= 40);
  expect(logged.map(({ msg }) => msg)).toContain('a sign-in by the OpenID provider failed');
  const code = new URL(url).searchParams.get('code')!;
  expect(JSON.stringify(logged)).not.toContain(code);
});

test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
  'it leads nowhere else: %s',
  async (place) => {
    expect(await signIn(new Jar(), 'a1', place)).toBe(`${PUBLIC}/`);
  },
);

test('a provider that can not be reached is a problem with a page', async () => {
  const jar = new Jar();
  const url = await toCallback(jar, 'a1');
  await provider.close();
  expect((await step(jar, url)).location).toBe(`${PUBLIC}/sign-in?problem=provider`);
});
