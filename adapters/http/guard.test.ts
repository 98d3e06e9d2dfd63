import { EgressGuard, type Resolve } from './guard.js';

// Nothing here opens a connection: names are resolved by a stub, addresses are only judged.
const answering =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const verdict = async (judge: () => unknown): Promise<string> => {
  try {
    await judge();
    return 'passes';
  } catch (err) {
    return (err as { code: string }).code;
  }
};

const FORBIDDEN = [
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.255.255.254'],
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private, 10', '10.0.0.1'],
  ['private, 172.16', '172.16.0.1'],
  ['private, 172.31', '172.31.255.255'],
  ['private, 192.168', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['the end of carrier-grade NAT', '100.127.255.255'],
  ['metadata', '169.254.169.254'],
  ['link-local', '169.254.0.1'],
  ['IETF protocols', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['6to4 relay', '192.88.99.1'],
  ['benchmarks', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['v6 unspecified', '::'],
  ['v6 loopback', '::1'],
  ['v4 in v6', '::ffff:127.0.0.1'],
  ['v4 in v6, in hex', '::ffff:a9fe:a9fe'],
  ['v4 in v6, translated', '::ffff:0:7f00:1'],
  ['v4 in v6, the old way', '::7f00:1'],
  ['v4 private in v6, the old way', '::a00:1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['NAT64 of a network', '64:ff9b:1::a00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001::1'],
  ['ORCHID', '2001:20::1'],
  ['v6 documentation', '2001:db8::1'],
  ['v6 unique local', 'fc00::1'],
  ['v6 metadata', 'fd00:ec2::254'],
  ['v6 link-local', 'fe80::1'],
  ['v6 site-local', 'fec0::1'],
  ['v6 multicast', 'ff02::1'],
  ['v6 discard', '100::1'],
  ['v6 segment routing', '5f00::1'],
  ['v6 that nobody has', '4000::1'],
];
const PUBLIC = [
  '8.8.8.8',
  '93.184.216.34',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00::1',
];

describe.each(FORBIDDEN)('%s, %s', (_what, address) => {
  const host = address.includes(':') ? `[${address}]` : address;

  test('in a URL', async () => {
    expect(await verdict(() => new EgressGuard().checkUrl(new URL(`http://${host}/`)))).toBe('EGRESS_DENIED');
  });

  test('as what a name resolves to, alone and among public addresses', async () => {
    for (const found of [[address], [address, '93.184.216.34'], ['93.184.216.34', address]]) {
      const guard = new EgressGuard([], answering(...found));
      expect(await verdict(() => guard.addressesOf('innocent.example', 80))).toBe('EGRESS_DENIED');
    }
  });
});

test.each(PUBLIC)('%s passes, in a URL and behind a name', async (address) => {
  const host = address.includes(':') ? `[${address}]` : address;
  const guard = new EgressGuard([], answering(address));
  expect(await verdict(() => guard.checkUrl(new URL(`https://${host}:8443/`)))).toBe('passes');
  await expect(guard.addressesOf('example.org', 443)).resolves.toMatchObject([{ address }]);
});

test.each([
  ['decimal', 'http://2130706433/'],
  ['hex', 'http://0x7f000001/'],
  ['hex in parts', 'http://0x7f.0x0.0x0.0x1/'],
  ['octal', 'http://0177.0.0.1/'],
  ['octal as a whole', 'http://017700000001/'],
  ['shortened', 'http://127.1/'],
  ['one number', 'http://0/'],
  ['a dot at the end', 'http://127.0.0.1./'],
  ['wide digits', 'http://１２７.0.0.1/'],
  ['circled digits', 'http://①②⑦.⓪.⓪.①/'],
  ['escaped', 'http://%31%32%37.0.0.1/'],
  ['after another host’s name', 'http://example.org@127.0.0.1/'],
  ['v6 written out', 'http://[0:0:0:0:0:0:0:1]/'],
])('loopback, %s', async (_what, url) => {
  expect(await verdict(() => new EgressGuard().checkUrl(new URL(url)))).toBe('EGRESS_DENIED');
});

test.each(['ftp://example.org/', 'file:///etc/passwd', 'data:text/plain,x', 'ws://example.org/', 'javascript:1'])(
  '%s is no http',
  async (url) => {
    expect(await verdict(() => new EgressGuard().checkUrl(new URL(url)))).toBe('EGRESS_DENIED');
  },
);

test('credentials in a URL are refused', async () => {
  for (const url of ['http://user:pass@example.org/', 'http://user@example.org/', 'http://:pass@example.org/'])
    expect(await verdict(() => new EgressGuard().checkUrl(new URL(url)))).toBe('EGRESS_DENIED');
});

describe('what the operator allows', () => {
  test.each([
    ['127.0.0.1:8711', '127.0.0.1'],
    ['127.0.0.0/8', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['inner.example', '10.0.0.1'],
    ['INNER.example:8711', '10.0.0.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[::1]:8711', '::1'],
    ['[0:0::1]:8711', '::1'],
    ['fd00::/8', 'fd12:3456::1'],
  ])('%s: %s', async (entry, address) => {
    await expect(new EgressGuard([entry], answering(address)).addressesOf('inner.example', 8711)).resolves.toHaveLength(
      1,
    );
  });

  test.each([
    ['another port', ['127.0.0.1:8711'], 'inner.example', '127.0.0.1', 22],
    ['another port of a name', ['inner.example:8711'], 'inner.example', '10.0.0.1', 22],
    ['another port in v6', ['[::1]:8711'], 'inner.example', '::1', 22],
    ['another name for the same address', ['inner.example'], 'other.example', '10.0.0.1', 80],
    ['a name below an allowed one', ['inner.example'], 'a.inner.example', '10.0.0.1', 80],
    ['a name that ends like it', ['inner.example'], 'notinner.example', '10.0.0.1', 80],
    ['the next range', ['10.0.0.0/24'], 'inner.example', '10.0.1.1', 80],
    ['v6 under a range of v4', ['0.0.0.0/0'], 'inner.example', '::1', 80],
  ])('is not %s', async (_what, allow, host, address, port) => {
    const guard = new EgressGuard(allow as string[], answering(address as string));
    expect(await verdict(() => guard.addressesOf(host as string, port as number))).toBe('EGRESS_DENIED');
  });

  test('one address that is allowed opens nothing for the others of the same name', async () => {
    const guard = new EgressGuard(['10.0.0.1'], answering('10.0.0.1', '10.0.0.2'));
    expect(await verdict(() => guard.addressesOf('inner.example', 80))).toBe('EGRESS_DENIED');
  });

  test('the dot at the end of a name changes nothing', async () => {
    const guard = new EgressGuard(['inner.example'], answering('10.0.0.1'));
    await expect(guard.addressesOf('inner.example.', 80)).resolves.toHaveLength(1);
  });
});

test('a name without an address can not be reached', async () => {
  await expect(new EgressGuard([], answering()).addressesOf('nobody.example', 80)).rejects.toMatchObject({
    code: 'HTTP_CONNECT',
  });
});

describe('the connector', () => {
  const lookUp = (guard: EgressGuard, options: { all?: boolean }) =>
    new Promise<unknown>((resolve, reject) =>
      guard.lookupFor(80)('rebinding.example', options, (err, ...found) => (err ? reject(err) : resolve(found))),
    );

  test('gets the address that was checked, not a second answer', async () => {
    const answers = ['93.184.216.34', '127.0.0.1'];
    const guard = new EgressGuard([], () => Promise.resolve([{ address: answers.shift()!, family: 4 }]));
    expect(await lookUp(guard, { all: true })).toEqual([[{ address: '93.184.216.34', family: 4 }]]);
    expect(answers).toEqual(['127.0.0.1']);
  });

  test('gets one address when it asks for one', async () => {
    const guard = new EgressGuard([], answering('2606:4700::1', '93.184.216.34'));
    expect(await lookUp(guard, {})).toEqual(['2606:4700::1', 6]);
  });

  test('gets the refusal', async () => {
    await expect(lookUp(new EgressGuard([], answering('10.0.0.1')), { all: true })).rejects.toMatchObject({
      code: 'EGRESS_DENIED',
    });
  });
});
