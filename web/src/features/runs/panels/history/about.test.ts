import { jest } from '@jest/globals';

jest.unstable_mockModule('../../../../lib/api/client.js', () => ({ api: {}, ok: () => Promise.resolve({}) }));
const { temporalUrl } = await import('./about.js');

test.each([
  ['http://t/namespaces/default/workflows/{workflow_id}', 'http://t/namespaces/default/workflows/run_1.a%2Fb'],
  ['javascript:alert(1)', undefined],
])('%s', (template, url) => {
  expect(temporalUrl(template, 'run_1.a/b')).toBe(url);
});
