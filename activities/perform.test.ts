import { CancelledFailure } from '@temporalio/common';
import { Fault } from '../core/fault.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { environment, failureOf, RUN, testActivities, until } from '../tests/support/activity.js';
import { beating } from './beating.js';
import { type Attempt, type Performed, perform } from './perform.js';

let under: Awaited<ReturnType<typeof testActivities>>;
beforeEach(async () => {
  under = await testActivities({ values: { TOKEN: 'tok-5f2c9a7e1b' } });
});
afterEach(() => under.close());

const OF: Performed = { run: RUN, node: 'step', effect: 'run-1/step/0' };
/** One attempt of a node, as an activity does it. */
const attempt = (
  work: (attempt: Attempt) => Json | Promise<Json>,
  { of = {}, env = environment() }: { of?: Partial<Performed>; env?: ReturnType<typeof environment> } = {},
) =>
  env.mock.run(() =>
    beating((pulse) => perform(under.deps, { ...OF, ...of }, pulse, async (self) => Promise.resolve(work(self)))),
  );
const ABOUT = { run_id: 'run-1', node_key: 'step' };

describe('live', () => {
  test('an attempt says that it began, with its number', async () => {
    await attempt(() => 1, { env: environment({ attempt: 3 }) });
    expect(under.events).toMatchObject([{ type: 'node.running', ...ABOUT, attempt: 3 }]);
  });

  test('log lines are live and stored, and belong to the attempt', async () => {
    await attempt(
      ({ log }) => {
        log.write('stdout', 'hello');
        return 1;
      },
      { env: environment({ attempt: 2 }) },
    );
    expect(under.events.slice(1)).toMatchObject([{ type: 'node.log', ...ABOUT, attempt: 2, data: { text: 'hello' } }]);
    expect(under.lines).toMatchObject([{ ...ABOUT, attempt: 2, seq: 0, stream: 'stdout', text: 'hello' }]);
  });

  const outage = () => {
    throw new Fault('HTTP_5XX', 'answered 503');
  };
  test.each([
    ['what may pass is tried again', outage, {}, true],
    ['without a limit', outage, { retryPolicy: { maximumAttempts: 0 } }, true],
    ['before the last attempt', outage, { attempt: 2, retryPolicy: { maximumAttempts: 3 } }, true],
    ['the last attempt is the last', outage, { attempt: 3, retryPolicy: { maximumAttempts: 3 } }, false],
    [
      'what the spec does not want tried again',
      outage,
      { retryPolicy: { nonRetryableErrorTypes: ['HTTP_5XX'] } },
      false,
    ],
    [
      'what will not pass',
      () => {
        throw new Fault('HTTP_4XX', 'answered 404');
      },
      {},
      false,
    ],
    [
      'what nobody foresaw',
      () => {
        throw new TypeError('x is undefined');
      },
      {},
      true,
    ],
  ])('%s', async (_what, work, info, again) => {
    const { type, message } = await failureOf(attempt(work, { env: environment(info) }));
    const retrying = under.events.filter((event) => event.type === 'node.retrying');
    expect(retrying).toHaveLength(again ? 1 : 0);
    if (again) expect(retrying[0]).toMatchObject({ ...ABOUT, data: { code: type, message } });
    expect(under.logged()).toEqual([expect.stringMatching(`^system attempt \\d failed: ${type}: ${message}$`)]);
  });
});

describe('heartbeats', () => {
  test('go on while the work does, and repeat what was reported', async () => {
    const env = environment({ heartbeatTimeoutMs: 30 });
    await attempt(
      async ({ heartbeat }) => {
        await until(() => env.beats.length >= 1);
        heartbeat({ task_id: 't' });
        await until(() => env.beats.length >= 3);
        return 1;
      },
      { env },
    );
    expect(env.beats).toEqual([undefined, { task_id: 't' }, { task_id: 't' }]);
  });

  test('begin with what the attempt before reported, so that it is not lost', async () => {
    const env = environment({ heartbeatTimeoutMs: 30, heartbeatDetails: { task_id: 'before' } });
    await attempt(
      async ({ resumeFrom }) => {
        expect(resumeFrom).toEqual({ task_id: 'before' });
        await until(() => env.beats.length >= 1);
        return 1;
      },
      { env },
    );
    expect(env.beats).toEqual([{ task_id: 'before' }]);
  });

  test('end with the work, and so does every timer', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await attempt(({ log }) => (log.write('stdout', 'x'), 1), { env: environment({ heartbeatTimeoutMs: 30_000 }) });
    expect(timers()).toBe(before);
  });
});

describe('outputs', () => {
  test('small ones come back as they are', async () => {
    expect(await attempt(() => ({ a: [1, 'two', null] }))).toEqual({ a: [1, 'two', null] });
  });

  test('large parts become artifacts of the org', async () => {
    const output = (await attempt(() => ({ ok: true, text: 'x'.repeat(INLINE_BYTES) }))) as Record<string, Json>;
    expect(output['ok']).toBe(true);
    expect(isArtifactRef(output['text'])).toBe(true);
    expect(JSON.stringify(output).length).toBeLessThan(300);
    expect(await under.deps.artifacts.hydrate('acme', output)).toEqual({ ok: true, text: 'x'.repeat(INLINE_BYTES) });
  });

  test('what a database can not keep is replaced', async () => {
    expect(await attempt(() => ({ 'a\0': 'b\ud800' }))).toEqual({ 'a\uFFFD': 'b\uFFFD' });
  });

  const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' }, t: { type: 'string' } } };
  test('that fit their schema pass, also with large parts', async () => {
    const output = { n: 1, t: 'x'.repeat(INLINE_BYTES) };
    expect(await attempt(() => output, { of: { output_schema: schema } })).toMatchObject({ n: 1 });
  });

  test('that do not fit fail for good, and say where', async () => {
    const failed = await failureOf(attempt(() => ({ n: 1.5, t: 7 }), { of: { output_schema: schema } }));
    expect(failed).toMatchObject({
      type: 'OUTPUT_INVALID',
      retryable: false,
      message: 'the output does not fit its schema: /n must be integer',
      details: {
        errors: [
          { pointer: '/n', message: 'must be integer' },
          { pointer: '/t', message: 'must be string' },
        ],
      },
    });
  });

  test('are checked inside of what a performer stored itself', async () => {
    const ref = await under.deps.artifacts.putJson('acme', { n: 'no' });
    const failed = await failureOf(attempt(() => ref, { of: { output_schema: schema } }));
    expect(failed.type).toBe('OUTPUT_INVALID');
  });

  test('without bottom fail for good', async () => {
    const work = () => JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as Json;
    expect(await failureOf(attempt(work))).toMatchObject({ type: 'OUTPUT_INVALID', retryable: false });
  });
});

describe('failures', () => {
  test.each([
    [
      new Fault('HTTP_4XX', 'no', { details: { status: 404 } }),
      { type: 'HTTP_4XX', retryable: false, details: { status: 404 } },
    ],
    [new Fault('HTTP_CONNECT', 'no'), { type: 'HTTP_CONNECT', retryable: true, details: null }],
    [new Error('a bug'), { type: 'INTERNAL', message: 'a bug', retryable: true }],
    ['text', { type: 'INTERNAL', message: 'text', retryable: true }],
  ])('%s', async (err, expected) => {
    const failed = await failureOf(attempt(() => Promise.reject(err)));
    expect(failed).toMatchObject(expected);
    expect(failed.nextRetryDelay).toBeUndefined();
  });

  test('the server’s word on when to come back is the delay of the next attempt', async () => {
    const fault = new Fault('HTTP_429', 'slow down', { details: { retry_after_ms: 7_000 } });
    expect((await failureOf(attempt(() => Promise.reject(fault)))).nextRetryDelay).toBe(7_000);
  });

  test('texts in them are cut to what history should carry', async () => {
    const fault = new Fault('AGENT_FAILED', 'm'.repeat(1e6), {
      details: { said: 's'.repeat(1e6), deep: ['d'.repeat(1e6)] },
    });
    const failed = await failureOf(attempt(() => Promise.reject(fault)));
    expect(JSON.stringify(failed).length).toBeLessThan(12_000);
    expect(failed.message).toBe(`${'m'.repeat(2_000)}…`);
  });

  test('what nobody foresaw leaves its stack in the worker’s log', async () => {
    const env = environment();
    await failureOf(attempt(() => Promise.reject(new TypeError('x is undefined')), { env }));
    expect(env.workerLog[0]).toMatch(/unforeseen.*TypeError: x is undefined.*perform\.test/);
  });
});

describe('cancellation', () => {
  test('reaches the work, and the attempt ends as cancelled whatever the work makes of it', async () => {
    const env = environment();
    const running = attempt(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Fault('HTTP_CONNECT', 'broke off')));
          env.mock.cancel();
        }),
      { env },
    );
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    expect(under.events.map(({ type }) => type)).toEqual(['node.running']);
  });

  test('that comes too late leaves the output', async () => {
    const env = environment();
    const work = () => {
      env.mock.cancel();
      return 'done';
    };
    expect(await attempt(work, { env })).toBe('done');
  });
});

describe('secrets leave by no door', () => {
  const LEAK = 'tok-5f2c9a7e1b';
  test('not as output, not inside of an artifact', async () => {
    expect(await attempt(() => ({ a: LEAK, [LEAK]: [LEAK] }))).toEqual({ a: '[secret]', '[secret]': ['[secret]'] });
    const large = (await attempt(() => `${'x'.repeat(INLINE_BYTES)}${LEAK}`)) as unknown as { $artifact: string };
    const stored = await under.store.get('acme', large.$artifact);
    expect(Buffer.from(stored!.bytes).toString()).not.toContain(LEAK);
  });

  test('not as heartbeat', async () => {
    const env = environment();
    await attempt(({ heartbeat }) => (heartbeat({ task: LEAK }), 1), { env });
    expect(env.beats).toEqual([{ task: '[secret]' }]);
  });

  test.each([
    ['a fault', new Fault('HTTP_5XX', `said ${LEAK}`, { details: { body: LEAK }, cause: new Error(LEAK) })],
    ['an error', new Error(`said ${LEAK}`, { cause: new Error(LEAK) })],
  ])('not as %s, its event, its log line, or in the worker’s log', async (_what, err) => {
    const env = environment();
    const running = attempt(() => Promise.reject(err), { env });
    const raw: unknown = await running.catch((reason: unknown) => reason);
    expect((raw as Error).message).toBe('said [secret]');
    const everything = [raw, (raw as Error).stack, (raw as Error).cause, under.events, under.lines, env.workerLog];
    expect(JSON.stringify([...everything, String(raw)])).not.toContain(LEAK);
  });
});
