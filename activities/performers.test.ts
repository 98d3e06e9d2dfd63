import { HttpCaller } from '../adapters/http/call.js';
import { EgressGuard } from '../adapters/http/guard.js';
import type { Work } from '../core/contract/work.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { toolCallConfig } from '../core/nodes/tool-call.js';
import { environment, failureOf, RUN, testActivities, until } from '../tests/support/activity.js';
import { always, type Loopback, loopback } from '../tests/support/loopback.js';

let under: Awaited<ReturnType<typeof testActivities>>;
let server: Loopback;
let answer: Parameters<typeof loopback>[0];
beforeEach(async () => {
  under = await testActivities({ values: { API_TOKEN: 'tok-5f2c9a7e1b' } });
  answer = always(200, { 'content-type': 'application/json' }, '{"ok":true}');
  server = await loopback((...args) => answer(...args));
});
afterEach(async () => {
  await under.close();
  await server.close();
});

const call = (config: object, env = environment()) => {
  const work: Work = {
    run: RUN,
    node: 'step',
    effect: 'run-1/step/0',
    config: toolCallConfig.parse(config) as unknown as Json,
  };
  return env.mock.run((input: Work) => under.activities.tool_call(input), work);
};
const http = (request: object, env = environment()) =>
  call({ tool: 'http', request: { url: server.origin, ...request } }, env);
/** The value as an expression leaves it, which the parser of specs would not take. */
const bound = (config: object, request: object) => ({
  ...config,
  request: { ...(config as { request: object }).request, ...request },
});

describe('http', () => {
  test('calls, logs and puts out', async () => {
    const auth = { type: 'bearer', secret: 'API_TOKEN' };
    expect(await http({ method: 'POST', json: { a: 1 }, auth })).toMatchObject({
      output: { status: 200, body: { ok: true } },
    });
    expect(server.received[0]?.headers).toMatchObject({
      'idempotency-key': 'run-1/step/0',
      authorization: 'Bearer tok-5f2c9a7e1b',
    });
    expect(under.logged()).toEqual([`system POST ${server.origin}/ → 200`]);
  });

  test('all attempts of the effect carry the same key', async () => {
    for (const attempt of [1, 2, 3]) await http({ method: 'POST' }, environment({ attempt }));
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set(['run-1/step/0']),
    );
  });

  test.each([
    ['JSON', 'json', { rows: ['x'.repeat(INLINE_BYTES)] }],
    ['text', 'text', 'x'.repeat(INLINE_BYTES)],
  ])('a large %s body, which travels as a reference, is loaded', async (_what, field, value) => {
    const ref = await under.deps.artifacts.externalise('acme', value);
    const config = toolCallConfig.parse({ tool: 'http', request: { url: server.origin, method: 'PUT' } });
    const work = { run: RUN, node: 'step', effect: 'e', config: bound(config, { [field]: ref }) as unknown as Json };
    await environment().mock.run((input: Work) => under.activities.tool_call(input), work);
    expect(server.received[0]?.body.toString()).toBe(typeof value === 'string' ? value : JSON.stringify(value));
  });

  test('bytes that one call stored are another’s body', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    answer = always(200, { 'content-type': 'image/png' }, bytes);
    const { output } = (await http({})) as { output: { body: Json } };
    expect(output.body).toMatchObject({ size: 256, media_type: 'image/png' });
    const config = toolCallConfig.parse({ tool: 'http', request: { url: server.origin, method: 'PUT' } });
    const work = {
      run: RUN,
      node: 'step',
      effect: 'e',
      config: bound(config, { base64: output.body }) as unknown as Json,
    };
    await environment().mock.run((input: Work) => under.activities.tool_call(input), work);
    expect(server.received[1]?.body.equals(bytes)).toBe(true);
  });

  test('a large answer becomes an artifact, its status stays readable', async () => {
    answer = always(
      200,
      { 'content-type': 'application/json' },
      JSON.stringify({ rows: Array.from({ length: 9_000 }, (_, i) => i) }),
    );
    const { output } = (await http({})) as { output: { status: number; body: { rows: Json } } };
    expect(output.status).toBe(200);
    expect(isArtifactRef(output.body.rows)).toBe(true);
    expect(await under.deps.artifacts.hydrate('acme', output.body.rows)).toHaveLength(9_000);
  });

  test('a server that asks for time gets it', async () => {
    answer = always(429, { 'retry-after': '7' });
    expect(await failureOf(http({}))).toMatchObject({ type: 'HTTP_429', retryable: true, nextRetryDelay: 7_000 });
  });

  test('a cancellation closes the connection', async () => {
    const env = environment();
    answer = () => env.mock.cancel();
    await expect(http({ method: 'POST' }, env)).rejects.toThrow('CANCELLED');
    await server.received[0]!.gone;
  });

  test('this machine’s own addresses are refused by default', async () => {
    await under.close();
    under = await testActivities({ http: new HttpCaller({ guard: new EgressGuard(), secrets: under.deps.secrets }) });
    expect(await failureOf(http({}))).toMatchObject({ type: 'EGRESS_DENIED', retryable: false });
    expect(server.received).toEqual([]);
  });
});

describe('function', () => {
  test('user code gets its input loaded; its console is the node’s log', async () => {
    const input = await under.deps.artifacts.putJson('acme', { n: 20 });
    const code =
      'export default ({ n }) => { console.log("n is", n); console.error("careful"); return { twice: n * 2 }; }';
    expect(await call({ tool: 'function', code, input })).toEqual({ output: { twice: 40 } });
    expect(under.logged()).toEqual(['stdout n is 20', 'stderr careful']);
  });

  test('user code that fails says where, and is not tried again', async () => {
    const code = 'export default () => {\n  throw new RangeError("too far");\n}';
    expect(await failureOf(call({ tool: 'function', code }))).toMatchObject({
      type: 'FUNCTION_ERROR',
      retryable: false,
      message: expect.stringMatching(/^RangeError: too far \(line 2/) as string,
      details: { line: 2 },
    });
  });

  test('its limits are those of the spec', async () => {
    const loop = { tool: 'function', code: 'export default () => { for (;;); }', time_ms: 50 };
    expect(await failureOf(call(loop))).toMatchObject({ type: 'FUNCTION_TIMEOUT', retryable: false });
    const code = 'export default () => new Uint8Array(40 * 1024 * 1024).length';
    expect(await failureOf(call({ tool: 'function', code, memory_mb: 32 }))).toMatchObject({ type: 'FUNCTION_MEMORY' });
    expect(await call({ tool: 'function', code, memory_mb: 64 })).toEqual({ output: 40 * 1024 * 1024 });
  });

  test('what it puts out is cleaned for the database', async () => {
    const code = String.raw`export default () => ({ a: "x\u0000y\ud800z" })`;
    expect(await call({ tool: 'function', code })).toEqual({ output: { a: 'x\uFFFDy\uFFFDz' } });
  });

  test('a registered one is called by its name', async () => {
    expect(await call({ tool: 'function', name: 'text.count_words', input: { text: 'two words' } })).toEqual({
      output: { words: 2, characters: 9 },
    });
  });

  test('one that nobody registered is not tried again', async () => {
    expect(await failureOf(call({ tool: 'function', name: 'text.count_word' }))).toMatchObject({
      type: 'FUNCTION_UNKNOWN',
      retryable: false,
      message: expect.stringContaining('did you mean text.count_words?') as string,
    });
  });

  test('a cancellation kills it', async () => {
    const env = environment();
    const running = call(
      { tool: 'function', code: 'export default () => { console.log("began"); for (;;); }', time_ms: 60_000 },
      env,
    );
    await until(() => under.lines.length > 0);
    env.mock.cancel();
    await expect(running).rejects.toThrow('CANCELLED');
  });
});
