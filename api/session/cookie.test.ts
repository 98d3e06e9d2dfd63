import { clearCookie, readCookie, setCookie } from './cookie.js';

test.each([
  // header                                             https   value
  [undefined, false, undefined],
  ['heddle_session=abc', false, 'abc'],
  ['a=1; heddle_session=abc ; b=2', false, 'abc'],
  ['heddle_session=a=b', false, 'a=b'],
  ['heddle_session=', false, undefined],
  ['heddle_session=one; heddle_session=two', false, undefined],
  ['heddle_session=abc', true, undefined],
  ['__Host-heddle_session=abc', false, undefined],
  ['__Host-heddle_session=abc; heddle_session=of-a-sibling', true, 'abc'],
  ['xheddle_session=abc', false, undefined],
  ['heddle_oidc=abc', false, undefined],
])('%s over https %s: %s', (header, https, value) => {
  expect(readCookie(header, 'session', https)).toBe(value);
});

test('what is set is bound to the host, and out of reach of scripts and of other sites', () => {
  expect(setCookie('session', 's', { https: true, maxAgeMs: 60_000 })).toBe(
    '__Host-heddle_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  );
  expect(setCookie('session', 's', { https: false, maxAgeMs: 60_000 })).toBe(
    'heddle_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
  );
  expect(clearCookie('flow', false)).toBe('heddle_oidc=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
});
