import { EgressGuard } from './guard.js';

// Nothing here opens a connection: names are resolved by a stub, addresses are only judged.
const guardOf = (addresses: string[], allow: string[] = []) =>
  new EgressGuard(allow, () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  );

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://0.0.0.0/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://169.254.169.254/',
  'http://[fd00:ec2::254]/',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://172.16.0.1/',
  'http://100.64.0.1/',
  'http://255.255.255.255/',
  'http://224.0.0.1/',
  'http://[fe80::1]/',
  'ftp://example.org/',
  'file:///etc/passwd',
  'http://user:pass@example.org/',
])('%s is refused before anything is dialled', (url) => {
  expect(() => new EgressGuard().checkUrl(new URL(url))).toThrow(
    expect.objectContaining({ code: 'EGRESS_DENIED' }) as Error,
  );
});

test.each([
  ['127.0.0.1'],
  ['169.254.169.254'],
  ['10.1.2.3'],
  ['::1'],
  ['fd12::1'],
  ['::ffff:10.0.0.1'],
  ['93.184.216.34', '10.0.0.1'],
])('a name that resolves to %j is refused', async (...addresses) => {
  await expect(guardOf(addresses).addressesOf('innocent.example', 80)).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
});

test('a public address passes', async () => {
  await expect(guardOf(['93.184.216.34']).addressesOf('example.org', 443)).resolves.toHaveLength(1);
});

test.each([['127.0.0.1:8711'], ['127.0.0.0/8'], ['inner.example'], ['inner.example:8711'], ['127.0.0.1']])(
  'the operator allows %s',
  async (entry) => {
    await expect(guardOf(['127.0.0.1'], [entry]).addressesOf('inner.example', 8711)).resolves.toHaveLength(1);
  },
);

test('what is allowed on one port is not allowed on another', async () => {
  await expect(guardOf(['127.0.0.1'], ['127.0.0.1:8711']).addressesOf('inner.example', 22)).rejects.toMatchObject({
    code: 'EGRESS_DENIED',
  });
});

test('the connector gets the address that was checked, not a second answer', async () => {
  const answers = ['93.184.216.34', '127.0.0.1'];
  const guard = new EgressGuard([], () => Promise.resolve([{ address: answers.shift()!, family: 4 }]));
  const dialled = await new Promise<unknown>((resolve, reject) =>
    guard.lookupFor(80)('rebinding.example', { all: true }, (err, addresses) =>
      err ? reject(err) : resolve(addresses),
    ),
  );
  expect(dialled).toEqual([{ address: '93.184.216.34', family: 4 }]);
  expect(answers).toHaveLength(1);
});
