import type { IncomingMessage } from 'node:http';
import { Front } from './front.js';

const request = (headers: Record<string, string>, peer = '127.0.0.1', encrypted = false) =>
  ({ headers, socket: { remoteAddress: peer, encrypted } }) as unknown as IncomingMessage;
const forwarded = { host: 'heddle.example', 'x-forwarded-proto': 'https' };

test.each<[what: string, front: Front, req: IncomingMessage, https: boolean]>([
  ['nothing is configured', new Front(), request({ host: '127.0.0.1:8700' }), false],
  ['a peer that nobody trusts says so', new Front(), request(forwarded), false],
  ['a proxy says so', new Front({ trustedProxies: ['127.0.0.1'] }), request(forwarded), true],
  [
    'a proxy says so by IPv6',
    new Front({ trustedProxies: ['127.0.0.0/8'] }),
    request(forwarded, '::ffff:127.0.0.1'),
    true,
  ],
  ['another peer says so', new Front({ trustedProxies: ['10.0.0.0/8', '::1'] }), request(forwarded), false],
  ['a proxy says http', new Front({ trustedProxies: ['127.0.0.1'] }), request({ 'x-forwarded-proto': 'http' }), false],
  ['TLS ends here', new Front(), request({}, '127.0.0.1', true), true],
  [
    'it is the public URL’s host',
    new Front({ publicUrl: 'https://heddle.example' }),
    request({ host: 'heddle.example' }),
    true,
  ],
  [
    'it is another host',
    new Front({ publicUrl: 'https://heddle.example' }),
    request({ host: '127.0.0.1:8700' }),
    false,
  ],
  [
    'the public URL is http',
    new Front({ publicUrl: 'http://heddle.example' }),
    request({ host: 'heddle.example' }),
    false,
  ],
])('%s', (_what, front, req, https) => {
  expect(front.isHttps(req)).toBe(https);
});

test('pages of ours are those of the request’s host and of the public URL', () => {
  const front = new Front({ publicUrl: 'https://heddle.example/' });
  expect(front.ownOrigins(request({ host: 'heddle.example' }))).toEqual([
    'https://heddle.example',
    'https://heddle.example',
  ]);
  expect(front.ownOrigins(request({ host: 'inner:8700' }))).toEqual([
    'http://inner:8700',
    'https://inner:8700',
    'https://heddle.example',
  ]);
});
