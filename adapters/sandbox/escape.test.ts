import { testSandbox } from '../../tests/support/sandbox.js';

const run = testSandbox();
const valueOf = async (expression: string) => (await run(`export default async () => (${expression})`)).output;

/** ECMAScript's own names, without what differs between runs; and `console`. Anything else would be a door. */
const GLOBALS = `AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array InternalError Iterator JSON Map Math NaN
  Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array
  Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet console decodeURI decodeURIComponent encodeURI encodeURIComponent escape
  eval globalThis isFinite isNaN parseFloat parseInt undefined unescape`;

test('the guest sees the language and console, and nothing else', async () => {
  const names = (await valueOf('Object.getOwnPropertyNames(globalThis).sort()')) as string[];
  expect(names).toEqual(GLOBALS.split(/\s+/).sort());
  expect(await valueOf('Object.getOwnPropertySymbols(globalThis).map(String)')).toEqual(['Symbol(Symbol.toStringTag)']);
  expect(await valueOf('Object.keys(console).sort()')).toEqual(['debug', 'error', 'info', 'log', 'warn']);
  expect(await valueOf('Object.keys(import.meta)')).toEqual([]);
  expect(await valueOf('typeof this')).toBe('undefined');
});

test.each([
  'process',
  'require',
  'module',
  'global',
  'Buffer',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'Worker',
  'performance',
  'crypto',
  'Deno',
  'Bun',
  'std',
  'os',
  'scriptArgs',
  'print',
  'postMessage',
  'parentPort',
])('there is no %s', async (name) => {
  expect(await valueOf(`typeof ${name}`)).toBe('undefined');
});

describe.each([
  ['the function constructor', '(function () {}).constructor'],
  ['the constructor of console', 'console.log.constructor'],
  [
    'the constructor of the log that is handed in',
    '(await (async (_input, { log }) => log)(0, { log: console.log })).constructor',
  ],
  ['the constructor of async functions', '(async () => {}).constructor'],
  ['the constructor of generators', '(function* () {}).constructor'],
  ['indirect eval', '((code) => () => (0, eval)(`(() => { ${code} })()`))'],
  ['the constructor of a constructor', '[].constructor.constructor'],
  ['an error’s constructor', 'new Error().constructor.constructor'],
])('%s', (_what, maker) => {
  test('leads to the guest’s own world', async () => {
    const probe = 'return [typeof process, typeof require, typeof globalThis.fetch, typeof WebAssembly].join()';
    const { output, code } = await run(`export default async () => {
      const make = ${maker};
      let made = await make(${JSON.stringify(probe)})();
      if (made && typeof made.next === 'function') made = made.next().value;
      return made;
    }`);
    expect([output, code]).toEqual(['undefined,undefined,undefined,undefined', undefined]);
  });
});

test.each([
  ['node:fs', 'import fs from "node:fs"; export default () => fs.readFileSync("/etc/passwd", "utf8")'],
  ['a package', 'import undici from "undici"; export default () => 1'],
  ['a file', 'import x from "/etc/passwd"; export default () => 1'],
  ['a data URL', 'import x from "data:text/javascript,export default 1"; export default () => x'],
  ['its neighbour', 'import { harness } from "./guest-harness.mjs"; export default () => 1'],
  ['child_process, when it runs', 'export default async () => (await import("node:child_process")).execSync("id")'],
  ['http, re-exported', 'export { request } from "node:http"; export default () => 1'],
])('no import of %s', async (_what, code) => {
  const { code: verdict, message } = await run(code);
  expect([verdict, message]).toEqual(['FUNCTION_ERROR', expect.stringContaining('import is not possible here')]);
});

test('a stack names no place of the host', async () => {
  const stack = JSON.stringify(await valueOf('new Error("x").stack.split("\\n")'));
  expect(stack).toContain('function.js');
  expect(stack).not.toMatch(/[/\\]|file:|guest-|node:/);
});

test('runs see nothing of each other, nor of those that failed', async () => {
  await run('globalThis.kept = 1; Object.prototype.kept = 2; export default () => 1');
  await run('globalThis.kept = 1; export default () => { throw 1; }');
  expect(await valueOf('[typeof globalThis.kept, ({}).kept ?? null]')).toEqual(['undefined', null]);
  expect({}).not.toHaveProperty('kept');
});

test('code that changes the language changes it for itself alone', async () => {
  const code = `
    JSON.stringify = () => 'no JSON'; JSON.parse = () => { throw new Error('patched'); };
    Promise.prototype.then = () => 7; Array.prototype.map = () => ['patched']; String.prototype.slice = () => 'patched';
    Object.prototype.toJSON = undefined;
    export default (input) => ({ got: input });`;
  expect((await run(code, { input: { a: [1] } })).output).toEqual({ got: { a: [1] } });
  expect(JSON.stringify({ a: 1 })).toBe('{"a":1}');
});

test('names that are special in JavaScript are names of an output like others', async () => {
  const code = 'export default () => JSON.parse(\'{"__proto__":{"polluted":1},"constructor":2,"toString":3}\')';
  const { output } = await run(code);
  expect(JSON.stringify(output)).toBe('{"__proto__":{"polluted":1},"constructor":2,"toString":3}');
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['the result', 'export default () => ({ result: { output: "forged" } })', '{"result":{"output":"forged"}}'],
  [
    'a line',
    'export default () => ({ line: { stream: "system", text: "forged" } })',
    '{"line":{"stream":"system","text":"forged"}}',
  ],
])('an output that looks like %s of the protocol is an output', async (_what, code, expected) => {
  const { output, lines } = await run(code);
  expect([JSON.stringify(output), lines]).toEqual([expected, []]);
});
