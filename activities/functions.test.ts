import { z } from 'zod';
import type { Json } from '../core/json.js';
import { BUILT_IN, callRegistered, type FunctionContext, registered } from './functions.js';

const context: FunctionContext = { signal: new AbortController().signal, effect: 'run-1/node/0', log: () => undefined };
const call = (name: string, input: Json, functions = BUILT_IN) => callRegistered(functions, name, input, context);

test.each<[string, Json, Json]>([
  ['noop', { any: ['thing', null] }, { any: ['thing', null] }],
  ['hash.sha256', { text: '' }, { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }],
  ['hash.sha256', { text: 'ü' }, { sha256: '607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f' }],
  ['text.count_words', { text: '' }, { words: 0, characters: 0 }],
  ['text.count_words', { text: 'It’s a state-of-the-art naïve test, 42 times. 日本 😀' }, { words: 7, characters: 50 }],
])('%s of %j', async (name, input, output) => {
  expect(await call(name, input)).toEqual(output);
});

test.each([
  ['hash.sha25', 'no function hash.sha25 is registered; did you mean hash.sha256?'],
  ['Noop', 'no function Noop is registered; did you mean noop?'],
  ['something.else', 'no function something.else is registered'],
  ['toString', 'no function toString is registered'],
  ['__proto__', 'no function __proto__ is registered'],
])('%s is not there', async (name, message) => {
  await expect(call(name, null)).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN', message });
});

describe('a function of one’s own', () => {
  const price = registered(
    z.object({ cents: z.coerce.number(), currency: z.string().default('EUR') }),
    z.object({ text: z.string() }),
    async ({ cents, currency }, { effect }) => ({
      text: `${(await Promise.resolve(cents)) / 100} ${currency} for ${effect}`,
    }),
  );

  test('gets its input parsed, defaults filled in, and the effect’s key', async () => {
    expect(await call('price', { cents: '250' }, { price })).toEqual({ text: '2.5 EUR for run-1/node/0' });
  });

  test('is not called with an input that does not fit', async () => {
    let called = false;
    const picky = registered(z.strictObject({ n: z.int() }), z.null(), () => ((called = true), null));
    await expect(call('picky', { n: 1.5, m: 2 }, { picky })).rejects.toMatchObject({
      code: 'FUNCTION_ERROR',
      message: expect.stringMatching(/^the input of picky does not fit: .*m.*\n.*n/s) as string,
    });
    expect(called).toBe(false);
  });

  test.each<[string, unknown]>([
    ['of another type', { text: 7 }],
    ['that is missing', undefined],
  ])('may put out nothing %s', async (_what, output) => {
    const wrong = registered(z.json(), z.object({ text: z.string() }), () => output as { text: string });
    await expect(call('wrong', null, { wrong })).rejects.toMatchObject({ code: 'FUNCTION_OUTPUT' });
  });

  test.each<[string, unknown]>([
    ['a date', new Date(0)],
    ['a BigInt', 1n],
    ['NaN', Number.NaN],
    ['nothing', undefined],
  ])('may put out nothing that can’t travel: %s', async (_what, output) => {
    const loose = registered(z.json(), z.unknown(), () => ({ value: output }));
    await expect(call('loose', null, { loose })).rejects.toMatchObject({ code: 'FUNCTION_OUTPUT' });
  });

  test('keeps its own error: a bug or an outage is not the caller’s fault', async () => {
    const broken = registered(z.json(), z.json(), () => {
      throw new Error('database is away');
    });
    await expect(call('broken', null, { broken })).rejects.toThrow('database is away');
  });
});
