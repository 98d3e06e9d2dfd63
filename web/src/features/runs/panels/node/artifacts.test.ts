import { artifactsIn } from './artifacts.js';

test('every artifact once, with the first place in which it stands', () => {
  const a = { $artifact: 'sha256:aa', size: 1, media_type: 'text/plain' };
  const b = { $artifact: 'sha256:bb', size: 2, media_type: 'image/png' };
  const found = artifactsIn({ input: { list: [a, { 'a-b': b }] }, output: a, error: null });
  expect(found.map(({ path, artifact }) => `${path} ${artifact.$artifact}`)).toEqual([
    'input.list[0] sha256:aa',
    'input.list[1]["a-b"] sha256:bb',
  ]);
});
