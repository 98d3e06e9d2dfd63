import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testSandbox } from '../../tests/support/sandbox.js';
import { EmbeddedSandbox } from './embedded.js';

const run = testSandbox();

test('a function gets its input and gives its output; its console goes to the log, by stream', async () => {
  const code = `export default ({ a }, { log }) => {
    console.log('a is', a, { b: [1] }); console.info('info'); console.debug('debug'); console.warn('warn'); console.error('error');
    log('handed in');
    return { twice: a * 2 };
  }`;
  expect(await run(code, { input: { a: 21 } })).toEqual({
    output: { twice: 42 },
    lines: [
      'stdout a is 21 {"b":[1]}',
      'stdout info',
      'stdout debug',
      'stderr warn',
      'stderr error',
      'stdout handed in',
    ],
  });
});

test('whatever is logged is text', async () => {
  const code = `export default () => {
    const cyclic = {}; cyclic.self = cyclic;
    for (const value of [cyclic, Symbol('s'), 1n, undefined, null, () => 1, new Error('no luck'), Object.create(null), ['x'], '', new Date(0)])
      console.log(value);
    console.log();
    console.log({ toJSON() { throw 1; }, toString() { throw 2; } });
    return null;
  }`;
  expect((await run(code)).lines.map((line) => line.slice('stdout '.length))).toEqual([
    '[object Object]',
    'Symbol(s)',
    '[object BigInt]',
    'undefined',
    'null',
    '() => 1',
    'Error: no luck',
    '{}',
    '["x"]',
    '',
    '"1970-01-01T00:00:00.000Z"',
    '',
    '[object Object]',
  ]);
});

test.each([
  ['a value', 'export default () => [1, "two", null, true, { a: 1.5 }]', [1, 'two', null, true, { a: 1.5 }]],
  ['a promise', 'export default () => Promise.resolve(1)', 1],
  ['an async function', 'export default async () => { await null; await new Promise((r) => r()); return 2; }', 2],
  ['a thenable', 'export default () => ({ then(done) { done(3); } })', 3],
  ['await at the top', 'const x = await Promise.resolve(4); export default () => x', 4],
  [
    'a named function with helpers',
    'const half = (n) => n / 2; export default function main() { return half(10); }',
    5,
  ],
  ['null', 'export default () => null', null],
  ['a date, as JSON has it', 'export default () => ({ at: new Date(0) })', { at: '1970-01-01T00:00:00.000Z' }],
  ['what JSON leaves out', 'export default () => ({ a: undefined, b: [undefined] })', { b: [null] }],
  ['an instance of a class', 'class P { x = 1; } export default () => new P()', { x: 1 }],
  ['characters of all planes', 'export default () => "ü😀\\u2028"', 'ü😀\u2028'],
  ['a catch of its own', 'export default () => { try { null.x; } catch (e) { return e.name; } }', 'TypeError'],
])('%s', async (_what, code, output) => {
  expect(await run(code)).toEqual({ output, lines: [] });
});

test('a module of several hundred lines', async () => {
  const helpers = Array.from({ length: 400 }, (_, i) => `const add${i} = (n) => n + ${i};\n`).join('');
  const calls = Array.from({ length: 400 }, (_, i) => `  n = add${i}(n);\n`).join('');
  const { output } = await run(`${helpers}export default ({ n }) => {\n${calls}  return n;\n}`, { input: { n: 1 } });
  expect(output).toBe(1 + (399 * 400) / 2);
});

describe('errors say what and where', () => {
  const multi = (line: string) => `const a = 1;\nexport default async (input) => {\n  await null;\n  ${line}\n}`;
  test.each<[string, string, string, number | undefined]>([
    ['thrown', multi('throw new Error("no luck");'), 'Error: no luck (line 4, column 18)', 4],
    [
      'of a class of its own',
      `class Mine extends Error { name = 'Mine'; }\n${multi('throw new Mine("x");')}`,
      'Mine: x (line 5',
      5,
    ],
    ['of the language', multi('return input.b.c;'), "TypeError: cannot read property 'c' of undefined (line 4", 4],
    [
      'a name that is not there',
      multi('return fetch("http://example.org");'),
      "ReferenceError: 'fetch' is not defined (line 4",
      4,
    ],
    [
      'in a helper',
      'const deep = () => {\n  throw new RangeError("deep");\n};\nexport default () => deep();',
      'RangeError: deep (line 2',
      2,
    ],
    ['at the top', 'const a = 1;\nthrow new Error("top");\nexport default () => a;', 'Error: top (line 2', 2],
    [
      'at the top, after await',
      'await null;\n\nthrow new Error("late");\nexport default () => 1;',
      'Error: late (line 3',
      3,
    ],
    ['rejected', multi('return Promise.reject(new Error("rejected"));'), 'Error: rejected (line 4', 4],
    [
      'syntax',
      'export default () => {\n\n  return );\n}',
      "SyntaxError: unexpected token in expression: ')' (line 3, column 10)",
      3,
    ],
    ['an end that is missing', 'export default () => {\n  return 1;\n', 'SyntaxError: ', 3],
    ['text that is thrown', multi('throw "plain text";'), 'it threw plain text', undefined],
    ['an object that is thrown', multi('throw { reason: 7 };'), 'it threw {"reason":7}', undefined],
    ['nothing that is thrown', multi('throw undefined;'), 'it threw undefined', undefined],
    ['null that is thrown', multi('throw null;'), 'it threw null', undefined],
    [
      'an error that does not want to be read',
      multi('throw Object.defineProperty(new Error(), "message", { get() { throw 1; } });'),
      'it threw something that does not say what it is',
      undefined,
    ],
    [
      'no default export',
      'export const main = () => 1;',
      'the default export must be a function: export default (input) => …',
      undefined,
    ],
    [
      'a default export that is no function',
      'export default { a: 1 };',
      'the default export must be a function',
      undefined,
    ],
    ['nothing at all', '', 'the default export must be a function', undefined],
    [
      'a promise that never settles',
      'export default () => new Promise(() => {});',
      'the function waits for something that never comes',
      undefined,
    ],
    [
      'a module that never settles',
      'await new Promise(() => {}); export default () => 1;',
      'the function waits for something that never comes',
      undefined,
    ],
  ])('%s', async (_what, code, message, line) => {
    const outcome = await run(code);
    const expected = line === undefined ? {} : { details: { line } };
    expect(outcome).toMatchObject({ code: 'FUNCTION_ERROR', ...expected });
    expect(outcome.message!.slice(0, message.length)).toBe(message);
    expect('details' in outcome).toBe(line !== undefined);
  });
});

test.each([
  ['nothing', 'undefined', 'the function returned undefined: return a value, or null'],
  ['NaN', '({ a: { total: NaN } })', 'JSON has no NaN at "total"'],
  ['Infinity', '[1, -Infinity]', 'JSON has no -Infinity at "1"'],
  ['a BigInt', '({ a: 1n })', 'JSON has no BigInt at "a": make it a string or a number'],
  ['a function', '({ a() {} })', 'JSON has no function at "a"'],
  ['a function as a whole', '() => 1', 'JSON has no function'],
  ['a symbol', '[Symbol("s")]', 'JSON has no symbol at "0"'],
  ['a Map', 'new Map([[1, 2]])', 'JSON has no Map'],
  ['a Set', '({ tags: new Set(["x"]) })', 'JSON has no Set at "tags"'],
  ['a promise that was not awaited', '({ later: Promise.resolve(1) })', 'JSON has no Promise at "later"'],
  ['an error', '({ failed: new Error("x") })', 'JSON has no Error at "failed"'],
  ['bytes', 'new Uint8Array(3)', 'JSON has no Uint8Array'],
  ['a generator', '(function* () {})()', 'JSON has no Generator'],
  ['a circle', '(() => { const a = {}; a.a = a; return a; })()', 'circular reference'],
  ['what fails on its way out', '({ toJSON() { throw new Error("no JSON of me"); } })', 'no JSON of me'],
])('an output with %s can not be used', async (_what, expression, message) => {
  const outcome = await run(`export default () => (${expression})`);
  expect([outcome.code, outcome.message]).toEqual(['FUNCTION_OUTPUT', expect.stringContaining(message)]);
});

test('the same code and input give the same output', async () => {
  const code = `export default (input) => {
    const counts = {};
    for (const word of input.text.split(' ')) counts[word] = (counts[word] ?? 0) + 1;
    return { counts, sorted: Object.entries(counts).sort((a, b) => b[1] - a[1]), sum: 0.1 + 0.2, keys: Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }) };
  }`;
  const outputs = await Promise.all([1, 2, 3, 4].map(() => run(code, { input: { text: 'b a c a b d' } })));
  expect(new Set(outputs.map(({ output }) => JSON.stringify(output))).size).toBe(1);
  expect(outputs[0]!.output).toMatchObject({ sum: 0.30000000000000004, keys: ['1', '2', 'b', 'a'] });
});

/** In a process of its own: it must end by itself, and it stands in another time zone. */
async function elsewhere(body: string): Promise<unknown> {
  const module = fileURLToPath(new URL('embedded.ts', import.meta.url));
  const code = `import { EmbeddedSandbox } from ${JSON.stringify(module)};
    const sandbox = new EmbeddedSandbox();
    const run = (code, signal = new AbortController().signal) =>
      sandbox.run({ code, input: {}, timeMs: 60_000, memoryMb: 64 }, { signal, log: () => {} });
    ${body}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: 30_000,
    env: { ...process.env, TZ: 'Asia/Kolkata' },
  });
  return JSON.parse(stdout);
}

test('local time is UTC, wherever the worker stands', async () => {
  const code =
    'export default () => [new Date(0).getHours(), new Date(0).getTimezoneOffset(), new Date(2020, 6, 1).toISOString(), String(new Date(0))]';
  const told = await elsewhere(`
    console.log(JSON.stringify({ host: new Date(0).getHours(), guest: await run(${JSON.stringify(code)}) }));
    sandbox.close();`);
  expect(told).toEqual({ host: 5, guest: [0, 0, '2020-07-01T00:00:00.000Z', 'Thu Jan 01 1970 00:00:00 GMT+0000'] });
});

test('an abort ends the guest at once, and nothing of it stays behind', async () => {
  const told = await elsewhere(`
    const stop = new AbortController();
    const running = run('export default () => { for (;;); }', stop.signal);
    setTimeout(() => stop.abort(new Error('stopped')), 300);
    console.log(JSON.stringify(await running.catch((err) => err.message)));
    sandbox.close(); // the process ends when no thread and no timer is left`);
  expect(told).toBe('stopped');
});

test('threads that are kept ready do not keep a process alive', async () => {
  expect(await elsewhere(`console.log(JSON.stringify(await run('export default () => 1')));`)).toBe(1);
});

test('an abort before it begins starts nothing', async () => {
  const sandbox = new EmbeddedSandbox();
  const context = { signal: AbortSignal.abort(new Error('stopped')), log: () => undefined };
  await expect(
    sandbox.run({ code: 'export default () => 1', input: {}, timeMs: 100, memoryMb: 64 }, context),
  ).rejects.toThrow('stopped');
});

test('more at once than there are slots wait for their turn, and an abort takes one out of the line', async () => {
  const stop = new AbortController();
  const sandbox = new EmbeddedSandbox(2);
  const context = { signal: new AbortController().signal, log: () => undefined };
  const job = (code: string) => ({ code, input: {}, timeMs: 10_000, memoryMb: 64 });
  const blockers = [1, 2].map(() =>
    sandbox.run({ ...job('export default () => { for (;;); }'), timeMs: 300 }, context),
  );
  const waiting = sandbox.run(job('export default () => "after all"'), context);
  const leaving = sandbox.run(job('export default () => 1'), { ...context, signal: stop.signal });
  stop.abort(new Error('stopped'));
  await expect(leaving).rejects.toThrow('stopped');
  expect(await Promise.allSettled(blockers)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(await waiting).toBe('after all');
  sandbox.close();
});
