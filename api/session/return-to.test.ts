import { returnTo } from './return-to.js';

test.each([
  [undefined, '/'],
  ['', '/'],
  ['/', '/'],
  ['/runs/run_1?tab=logs#n1', '/runs/run_1?tab=logs#n1'],
  ['/runs?return=https://evil.example', '/runs?return=https://evil.example'],
  ['runs', '/'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\..\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['/%2F/evil.example', '/%2F/evil.example'],
  ['javascript:alert(1)', '/'],
  ['/a\r\nset-cookie: x', '/'],
  [`/${'a'.repeat(999)}`, `/${'a'.repeat(999)}`],
  [`/${'a'.repeat(1_000)}`, '/'],
  [`/${'é'.repeat(500)}`, '/'],
])('%j: %s', (text, path) => {
  expect(returnTo(text)).toBe(path);
});
