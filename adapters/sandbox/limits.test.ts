import { MAX_LOG_BYTES, MAX_LOG_LINES } from '../../core/limits.js';
import { testSandbox } from '../../tests/support/sandbox.js';

const run = testSandbox();
const failure = async (...args: Parameters<typeof run>) => {
  const { code, message } = await run(...args);
  return [code, message];
};

test.each([
  ['an endless loop', 'export default () => { for (;;); }'],
  ['while the module loads', 'for (;;); export default () => 1'],
  ['after an await', 'export default async () => { await null; for (;;); }'],
  ['microtasks without end', 'export default () => { const f = () => Promise.resolve().then(f); return f(); }'],
  [
    'microtasks without end beside a result',
    'export default async () => { const f = () => Promise.resolve().then(f); await f(); }',
  ],
  ['in catch', 'export default () => { for (;;) { try { for (;;); } catch { } } }'],
  ['in finally', 'export default () => { try { for (;;); } finally { for (;;); } }'],
  ['in a getter of the output', 'export default () => ({ get a() { for (;;); } })'],
  ['in toJSON', 'export default () => ({ toJSON() { for (;;); } })'],
  ['in a Proxy', 'export default () => new Proxy({}, { ownKeys() { for (;;); } })'],
  ['in a comparison', 'export default () => [3, 1, 2].sort(() => { for (;;); })'],
  ['in what is thrown', 'export default () => { throw { toJSON() { for (;;); } }; }'],
  [
    'in the message of an error',
    'export default () => { throw Object.defineProperty(new Error(), "message", { get() { for (;;); } }); }',
  ],
  ['in what is logged', 'export default () => { console.log({ toJSON() { for (;;); } }); }'],
  ['in a thenable', 'export default () => ({ then() { for (;;); } })'],
  ['a regular expression that backtracks', 'export default () => /^(a+)+$/.test("a".repeat(40) + "!")'],
  [
    'long native operations',
    'export default () => { const s = "a".repeat(3e7); let n = 0; for (let i = 0; i < 2000; i++) n += s.indexOf("b"); return n; }',
  ],
  ['one long native operation', 'export default () => new Array(1e9).join("x").length'],
  ['garbage', 'export default () => { for (;;) new Array(1000).fill(0); }'],
])('time: %s', async (_what, code) => {
  expect(await failure(code, { timeMs: 150 })).toEqual(['FUNCTION_TIMEOUT', 'it took too long']);
});

test.each([
  ['one growing array', 'export default () => { const a = []; for (;;) a.push(1); }'],
  ['arrays in an array', 'export default () => { const a = []; for (;;) a.push(new Array(1000).fill(0)); }'],
  [
    'objects that stay when the function is left',
    'globalThis.a = []; export default () => { for (;;) a.push({ x: [1] }); }',
  ],
  ['a doubling string', 'export default () => { let s = "x"; for (;;) s += s; }'],
  [
    'strings that are kept',
    'export default () => { const a = []; const s = "x".repeat(1000); for (;;) a.push(s + a.length); }',
  ],
  ['buffers', 'export default () => { const a = []; for (;;) a.push(new Uint8Array(1e6)); }'],
  ['one huge buffer', 'export default () => new ArrayBuffer(2e9).byteLength'],
  ['a map', 'export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, {}); }'],
  ['deep recursion', 'export default () => { const f = () => f() + 1; return f(); }'],
  ['deep recursion in a promise', 'export default () => Promise.resolve().then(function f() { return f() + 1; })'],
  [
    'an output that is nested too deep',
    'export default () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a; }',
  ],
])('memory: %s', async (_what, code) => {
  const [verdict, message] = await failure(code, { timeMs: 100_000, memoryMb: 32 });
  expect([verdict, message]).toEqual([
    'FUNCTION_MEMORY',
    expect.stringMatching(/^(InternalError: (out of memory|stack overflow|string too long)|it needs more memory)/),
  ]);
});

test('memory: the limit is the job’s', async () => {
  const code = 'export default ({ mib }) => new Uint8Array(mib * 1024 * 1024).fill(7).at(-1)';
  for (const [mib, memoryMb] of [
    [24, 32],
    [100, 128],
  ] as const)
    expect(await run(code, { input: { mib }, memoryMb })).toMatchObject({ output: 7 });
  for (const [mib, memoryMb] of [
    [40, 32],
    [80, 64],
    [200, 128],
  ] as const)
    expect(await run(code, { input: { mib }, memoryMb })).toMatchObject({ code: 'FUNCTION_MEMORY' });
});

test('memory: a function may catch the failure and go on', async () => {
  const code = `export default () => { try { const a = []; for (;;) a.push(new Array(1e5).fill(1)); } catch (e) { return e.message; } }`;
  expect(await run(code, { timeMs: 100_000 })).toMatchObject({ output: 'out of memory' });
});

test('memory: an input that does not fit', async () => {
  const input = 'x'.repeat(40 * 1024 * 1024);
  expect(await run('export default (text) => text.length', { input, memoryMb: 32 })).toMatchObject({
    code: 'FUNCTION_MEMORY',
  });
});

test('work within the limits is not disturbed', async () => {
  const code = `export default async () => { await null; const a = []; for (let i = 0; i < 2e5; i++) a.push({ i }); return a.length; }`;
  expect(await run(code, { timeMs: 100_000 })).toMatchObject({ output: 200_000 });
});

test.each([
  ['text', 'export default () => "x".repeat(9e6)', '9000002 bytes'],
  ['text of three bytes a character', 'export default () => "好".repeat(3e6)', '9000002 bytes'],
  ['a list', 'export default () => new Array(9e5).fill(123456789)', '9000001 bytes'],
])('output: too much of %s', async (_what, code, size) => {
  expect(await failure(code, { timeMs: 100_000, memoryMb: 256 })).toEqual([
    'FUNCTION_OUTPUT',
    `the output has ${size}; 8388608 are allowed`,
  ]);
});

test('output: an error’s message is cut', async () => {
  const { message } = await run('export default () => { throw new Error("x".repeat(1e6)); }');
  expect(message!.length).toBeLessThan(17_000);
});

describe('logs', () => {
  test('a flood is cut off where a node’s log ends, and the function goes on', async () => {
    const code = 'export default () => { for (let i = 0; i < 1e5; i++) console.log("line", i); return "done"; }';
    const { output, lines } = await run(code, { timeMs: 100_000 });
    expect(output).toBe('done');
    expect(lines).toHaveLength(MAX_LOG_LINES + 1);
    expect(lines.slice(0, 2)).toEqual(['stdout line 0', 'stdout line 1']);
  });

  test('so is a flood of long lines', async () => {
    const code =
      'export default () => { const s = "x".repeat(1e5); for (let i = 0; i < 1e3; i++) console.error(s); return 1; }';
    const { output, lines } = await run(code, { timeMs: 100_000 });
    expect(output).toBe(1);
    const size = lines.join('').length;
    expect(size).toBeGreaterThan(MAX_LOG_BYTES);
    expect(size).toBeLessThan(MAX_LOG_BYTES + 20_000);
  });

  test('what was logged before the time was up is kept', async () => {
    const { code, lines } = await run('export default () => { console.log("began"); for (;;); }', { timeMs: 100 });
    expect([code, lines]).toEqual(['FUNCTION_TIMEOUT', ['stdout began']]);
  });

  test('what was logged before the memory was full is kept', async () => {
    const source = 'export default () => { console.warn("began"); const a = []; for (;;) a.push(1); }';
    const { code, lines } = await run(source, { timeMs: 100_000 });
    expect([code, lines]).toEqual(['FUNCTION_MEMORY', ['stderr began']]);
  });
});
