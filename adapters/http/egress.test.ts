import { buildConnector } from 'undici';
import { always, type Loopback, loopback, requestTo, testCaller } from '../../tests/support/loopback.js';
import { guardedFetch } from './fetch.js';
import { EgressGuard, type Resolve } from './guard.js';

let server: Loopback;
let location: string;
beforeEach(async () => {
  server = await loopback((request, response) => always(307, { location })(request, response));
});
afterEach(() => server.close());

type Lookup = (
  host: string,
  options: object,
  callback: (err: Error | null, found: { address: string }[]) => void,
) => void;

/**
 * Names lead where the test says. Whatever passes the guard is noted; only the test's own server is really dialled, so that
 * nobody else is contacted even if the guard lets through what it should not.
 */
function stubs(names: Record<string, string[]>) {
  const dialled: string[] = [];
  const resolved: string[] = [];
  const connector = (options?: buildConnector.BuildOptions): buildConnector.connector => {
    const real = buildConnector({});
    return (target, callback) => {
      const dial = (addresses: string[]) => {
        dialled.push(`${target.hostname} at ${addresses.join()}:${target.port || 'default'}`);
        if (addresses[0] === '127.0.0.1' && Number(target.port) === server.port)
          real({ ...target, hostname: '127.0.0.1' }, callback);
        else callback(new Error('nobody is dialled here'), null);
      };
      if (/^[\d.]+$|^\[/.test(target.hostname)) return dial([target.hostname]);
      (options as unknown as { lookup: Lookup }).lookup(target.hostname, { all: true }, (err, found) =>
        err ? callback(err, null) : dial(found.map(({ address }) => address)),
      );
    };
  };
  const resolve: Resolve = (host) => {
    resolved.push(host);
    return Promise.resolve((names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { dialled, resolved, resolve, dial: { connector: connector as typeof buildConnector } };
}

const HOSTILE: [string, string][] = [
  ['loopback', 'http://127.0.0.1/'],
  ['loopback in decimal', 'http://2130706433/'],
  ['loopback in hex', 'http://0x7f000001/'],
  ['loopback in octal', 'http://0177.0.0.1/'],
  ['loopback, shortened', 'http://127.1/'],
  ['loopback in wide digits', 'http://１２７.0.0.1/'],
  ['loopback in v6', 'http://[::1]/'],
  ['loopback, v4 in v6', 'http://[::ffff:127.0.0.1]/'],
  ['this host', 'http://0.0.0.0/'],
  ['this host in v6', 'http://[::]/'],
  ['a metadata address', 'http://169.254.169.254/latest/meta-data/'],
  ['a metadata address in decimal', 'http://2852039166/'],
  ['a metadata address in v6', 'http://[fd00:ec2::254]/'],
  ['a metadata address behind NAT64', 'http://[64:ff9b::a9fe:a9fe]/'],
  ['a private address', 'http://10.0.0.1/'],
  ['carrier-grade NAT', 'http://100.64.0.1/'],
  ['broadcast', 'http://255.255.255.255/'],
  ['a name for loopback', 'http://localhost/'],
  ['a name for a private address', 'http://inner.example/'],
  ['a name for metadata among public ones', 'http://mixed.example/'],
  ['a name for a mapped address', 'http://mapped.example/'],
  ['a file', 'file:///etc/passwd'],
  ['another protocol', 'gopher://127.0.0.1/'],
  ['credentials in the URL', 'http://a:b@public.example/'],
];
const NAMES = {
  localhost: ['::1', '127.0.0.1'],
  'inner.example': ['10.0.0.1'],
  'mixed.example': ['93.184.216.34', '169.254.169.254'],
  'mapped.example': ['::ffff:a9fe:a9fe'],
  'public.example': ['93.184.216.34'],
};

describe.each(HOSTILE)('%s', (_what, url) => {
  test('is refused, and nobody is dialled', async () => {
    const { dialled, ...rest } = stubs(NAMES);
    const { code } = await testCaller({ allow: [], ...rest }).fault(requestTo(url));
    expect(code).toBe('EGRESS_DENIED');
    expect(dialled).toEqual([]);
  });

  test('is refused after a redirect, also with a body', async () => {
    location = url.replaceAll(/[^ -~]/g, encodeURIComponent); // a header holds ASCII
    const { dialled, ...rest } = stubs(NAMES);
    const http = testCaller({ allow: [`127.0.0.1:${server.port}`], ...rest });
    const { code } = await http.fault(requestTo(server.origin, { method: 'POST', json: { of: 'value' } }));
    await http.caller.close();
    expect(code).toBe('EGRESS_DENIED');
    expect(dialled).toEqual([`127.0.0.1 at 127.0.0.1:${server.port}`]);
  });

  test('is refused to agents too', async () => {
    const { dialled, resolve, dial } = stubs(NAMES);
    const err = await guardedFetch(
      new EgressGuard([], resolve),
      dial,
    )(url).then(
      () => undefined,
      (reason: Error & { code?: string }) => reason,
    );
    expect([err?.code, (err?.cause as { code?: string } | undefined)?.code]).toContain('EGRESS_DENIED');
    expect(dialled).toEqual([]);
  });
});

test('a server on this machine, such as Heddle’s own, is refused unless the operator allows it', async () => {
  const { dialled, ...rest } = stubs(NAMES);
  expect(await testCaller({ allow: [], ...rest }).fault(requestTo(server.origin))).toMatchObject({
    code: 'EGRESS_DENIED',
  });
  expect([dialled, server.received]).toEqual([[], []]);
});

test('a public address is dialled, where it was checked, and the name is resolved once', async () => {
  location = 'http://public.example:8080/';
  const { dialled, resolved, ...rest } = stubs(NAMES);
  const http = testCaller({ allow: [`127.0.0.1:${server.port}`], ...rest });
  expect(await http.fault(requestTo(server.origin))).toMatchObject({ code: 'HTTP_CONNECT' });
  await http.caller.close();
  expect(dialled[1]).toBe('public.example at 93.184.216.34:8080');
  expect(new Set(resolved)).toEqual(new Set(['public.example']));
});

test('a name is judged again when it has changed its mind', async () => {
  const names: Record<string, string[]> = { 'rebinding.example': ['127.0.0.1'] };
  const { dialled, resolve, dial } = stubs(names);
  location = `http://rebinding.example:${server.port + 1}/`;
  const http = testCaller({
    allow: [`127.0.0.1:${server.port}`],
    dial,
    async resolve(host) {
      const now = await resolve(host);
      names[host] = ['169.254.169.254'];
      return now;
    },
  });
  expect(await http.fault(requestTo(`http://rebinding.example:${server.port}/`))).toMatchObject({
    code: 'EGRESS_DENIED',
  });
  await http.caller.close();
  expect(dialled).toEqual([`rebinding.example at 127.0.0.1:${server.port}`]);
});

test('what is allowed on one port is not on another, not even for a host that has an open connection', async () => {
  location = `http://inner.example:${server.port + 1}/`;
  const { dialled, ...rest } = stubs({ 'inner.example': ['127.0.0.1'] });
  const http = testCaller({ allow: [`inner.example:${server.port}`], ...rest });
  expect(await http.fault(requestTo(`http://inner.example:${server.port}/`))).toMatchObject({ code: 'EGRESS_DENIED' });
  await http.caller.close();
  expect(dialled).toEqual([`inner.example at 127.0.0.1:${server.port}`]);
});
