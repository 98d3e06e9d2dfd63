import { inspect } from 'node:util';
import { keysOf } from './keys.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

test('keys come in their order, and show themselves to nobody', () => {
  const keys = keysOf(`b.2:${KEY}, a-1:${KEY}`)!;
  expect(keys.map(({ id }) => id)).toEqual(['b.2', 'a-1']);
  expect(keys[0]!.secret.export()).toEqual(Buffer.alloc(32, 7));
  expect(`${JSON.stringify(keys)} ${inspect(keys, { depth: 9, showHidden: true })}`).not.toMatch(/BwcH|070707|7, 7/);
});

test.each([
  ['no id', KEY],
  ['an empty id', `:${KEY}`],
  ['an id with a blank', `a b:${KEY}`],
  ['too short', `a:${Buffer.alloc(31).toString('base64')}`],
  ['too long', `a:${Buffer.alloc(33).toString('base64')}`],
  ['no base64', `a:${'!'.repeat(43)}=`],
  ['an id twice', `a:${KEY},a:${KEY}`],
  ['an end without a key', `a:${KEY},`],
])('%s is refused', (_what, text) => expect(keysOf(text)).toBeUndefined());
