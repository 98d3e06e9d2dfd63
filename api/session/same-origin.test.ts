import { isOurs } from './same-origin.js';

const OWN = ['https://heddle.example'];
const [OUR, SISTER, EVIL] = ['https://heddle.example', 'https://wiki.example', 'https://evil.example'];

test.each<[method: string, site: string | undefined, origin: string | undefined, ours: boolean]>([
  ['POST', 'same-origin', OUR, true],
  ['POST', 'same-origin', undefined, true],
  ['POST', 'same-site', SISTER, false],
  ['POST', 'cross-site', EVIL, false],
  ['POST', 'none', undefined, false],
  ['POST', undefined, OUR, true],
  ['POST', undefined, 'HTTPS://Heddle.example', true],
  ['POST', undefined, 'http://heddle.example', false],
  ['POST', undefined, 'https://heddle.example:8443', false],
  ['POST', undefined, EVIL, false],
  ['POST', undefined, 'null', false],
  ['POST', undefined, undefined, false],
  ['POST', 'same-origin', 'http://in-front-of-a-proxy.example', true],
  ['PUT', undefined, undefined, false],
  ['DELETE', 'cross-site', undefined, false],
  ['GET', 'same-origin', undefined, true],
  ['GET', 'none', undefined, true],
  ['GET', 'same-site', undefined, false],
  ['GET', 'cross-site', undefined, false],
  ['GET', undefined, undefined, true],
  ['GET', undefined, EVIL, false],
  ['GET', 'rubbish', undefined, false],
  ['HEAD', 'none', undefined, true],
])('%s, Sec-Fetch-Site %s, Origin %s: %s', (method, site, origin, ours) => {
  expect(isOurs({ method, site, origin, own: OWN })).toBe(ours);
});

test.each<[site: string | undefined, origin: string | undefined, ours: boolean]>([
  ['same-origin', OUR, true],
  [undefined, OUR, true],
  ['none', undefined, false],
  [undefined, undefined, false],
  ['cross-site', EVIL, false],
  [undefined, EVIL, false],
])('a WebSocket, Sec-Fetch-Site %s, Origin %s: %s', (site, origin, ours) => {
  expect(isOurs({ method: 'GET', site, origin, own: OWN, upgrade: true })).toBe(ours);
});
