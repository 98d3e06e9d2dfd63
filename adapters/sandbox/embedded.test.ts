import type { Json } from '../../core/json.js';
import { EmbeddedSandbox } from './embedded.js';

const sandbox = new EmbeddedSandbox();
afterAll(() => sandbox.close());

const lines: string[] = [];
const run = (code: string, input: Json = {}, timeMs = 500, memoryMb = 64) =>
  sandbox.run(
    { code, input, timeMs, memoryMb },
    { signal: new AbortController().signal, log: (stream, text) => lines.push(`${stream} ${text}`) },
  );

test('a function gets its input and gives its output; its console goes to the log', async () => {
  await expect(
    run(
      'export default ({ a }) => { console.log("a is", a, { b: 1 }); console.error("careful"); return { twice: a * 2 }; }',
      { a: 21 },
    ),
  ).resolves.toEqual({ twice: 42 });
  expect(lines).toEqual(['stdout a is 21 {"b":1}', 'stderr careful']);
});

test('it may be asynchronous', async () => {
  await expect(run('export default async () => { await null; return [1, 2]; }')).resolves.toEqual([1, 2]);
});

test.each([
  [
    'an error says its line',
    'export default () => {\n  const x = 1;\n  throw new Error("no luck");\n}',
    'FUNCTION_ERROR',
    /no luck \(line 3/,
  ],
  ['so does a syntax error', 'export default () => {\n  let = ;\n}', 'FUNCTION_ERROR', /line 2/],
  ['no default export', 'export const a = 1', 'FUNCTION_ERROR', /default/],
  ['an endless loop', 'export default () => { for (;;); }', 'FUNCTION_TIMEOUT', /too long/],
  ['a loop after an await', 'export default async () => { await null; for (;;); }', 'FUNCTION_TIMEOUT', /too long/],
  [
    'microtasks without end',
    'export default () => { const f = () => Promise.resolve().then(f); return f(); }',
    'FUNCTION_TIMEOUT',
    /too long/,
  ],
  [
    'a loop in catch',
    'export default () => { for (;;) { try { for (;;); } catch { } } }',
    'FUNCTION_TIMEOUT',
    /too long/,
  ],
  [
    'a long native operation',
    'export default () => { const s = "a".repeat(3e7); let n = 0; for (let i = 0; i < 2000; i++) n += s.indexOf("b"); return n; }',
    'FUNCTION_TIMEOUT',
    /longer|too long/,
  ],
  ['a promise that never settles', 'export default () => new Promise(() => {})', 'FUNCTION_ERROR', /never comes/],
  [
    'one growing array',
    'export default () => { const a = []; for (;;) a.push(new Array(1000).fill(0)); }',
    'FUNCTION_MEMORY',
    /memory/,
  ],
  ['deep recursion', 'export default () => { const f = () => f() + 1; return f(); }', 'FUNCTION_MEMORY', /stack/],
  [
    'an import of the host',
    'import fs from "node:fs"; export default () => fs.readFileSync("/etc/passwd")',
    'FUNCTION_ERROR',
    /import is not possible/,
  ],
  [
    'a dynamic import',
    'export default async () => (await import("node:child_process")).execSync("id")',
    'FUNCTION_ERROR',
    /import is not possible/,
  ],
  ['a cyclic output', 'export default () => { const a = {}; a.a = a; return a; }', 'FUNCTION_ERROR', /circular/],
  ['an output that is too large', 'export default () => "x".repeat(9e6)', 'FUNCTION_OUTPUT', /allowed/],
])('%s', async (_what, code, expected, message) => {
  const settled = await run(code).then(
    (output) => ({ code: 'none', message: JSON.stringify(output) }),
    (err: { code: string; message: string }) => err,
  );
  expect(settled).toMatchObject({ code: expected, message: expect.stringMatching(message) as string });
});

test('nothing of the host is there', async () => {
  const names = [
    'process',
    'require',
    'fetch',
    'setTimeout',
    'Deno',
    'WebAssembly',
    'XMLHttpRequest',
    'Worker',
    '__print',
    'scriptArgs',
  ];
  const code = `export default () => ${JSON.stringify(names)}.filter((name) => name in globalThis).concat(typeof (function () { return this; })())`;
  await expect(run(code)).resolves.toEqual(['undefined']);
  await expect(run('export default () => (function () {}).constructor("return typeof process")()')).resolves.toBe(
    'undefined',
  );
});

test('what the database can not keep is replaced', async () => {
  await expect(
    run(String.raw`export default () => ({ a: "x\u0000y\ud800z", ["__proto__"]: 1 })`),
  ).resolves.toMatchObject({ a: 'x�y�z' });
});

test('an abort ends it', async () => {
  const stop = new AbortController();
  const running = sandbox.run(
    { code: 'export default () => { for (;;); }', input: {}, timeMs: 60_000, memoryMb: 64 },
    { signal: stop.signal, log: () => undefined },
  );
  stop.abort(new Error('stopped'));
  await expect(running).rejects.toThrow('stopped');
});

test('runs do not see each other', async () => {
  await run('globalThis.kept = 1; Object.prototype.kept = 2; export default () => 1');
  await expect(run('export default () => [typeof globalThis.kept, ({}).kept ?? null]')).resolves.toEqual([
    'undefined',
    null,
  ]);
});
