import { Secrets } from '../adapters/secrets/secrets.js';
import type { LiveEvent, LogLine } from '../core/events/live.js';
import { MAX_LOG_BYTES, MAX_LOG_LINE_CHARS, MAX_LOG_LINES } from '../core/limits.js';
import { until } from '../tests/support/activity.js';
import { NodeLog } from './node-log.js';

const OF = { run_id: 'r', node_key: 'n', attempt: 2 };

function setUp(stores: { append?: (lines: LogLine[]) => Promise<void>; publish?: () => Promise<void> } = {}) {
  const batches: LogLine[][] = [];
  const live: LiveEvent[] = [];
  const lost: unknown[] = [];
  const log = new NodeLog(
    {
      secrets: new Secrets({ TOKEN: 'tok-12345' }),
      feed: {
        async publish(events) {
          live.push(...events);
          await stores.publish?.();
        },
      },
      logs: {
        async append(lines) {
          await stores.append?.(lines);
          batches.push(lines);
        },
      },
    },
    OF,
    (_message, about) => lost.push(about),
  );
  const texts = () => batches.flat().map(({ text }) => text);
  return { log, batches, live, lost, texts };
}

test('lines are numbered, stored and live, in order', async () => {
  const { log, batches, live } = setUp();
  log.write('stdout', 'one');
  log.write('stderr', 'two');
  await log.close();
  expect(batches).toMatchObject([
    [
      { ...OF, seq: 0, stream: 'stdout', text: 'one' },
      { ...OF, seq: 1, stream: 'stderr', text: 'two' },
    ],
  ]);
  expect(live).toMatchObject([
    { type: 'node.log', ...OF, data: { seq: 0, stream: 'stdout', text: 'one' } },
    { type: 'node.log', ...OF, data: { seq: 1, stream: 'stderr', text: 'two' } },
  ]);
  expect(live[0]!.at).toBe(batches[0]![0]!.at);
});

test('lines of the same moment travel together, later ones by themselves and after them', async () => {
  let letGo = () => {};
  const first = new Promise<void>((resolve) => (letGo = resolve));
  let calls = 0;
  const { log, batches } = setUp({ append: () => (calls++ === 0 ? first : Promise.resolve()) });
  for (let i = 0; i < 100; i++) log.write('stdout', `line ${i}`);
  const closing = log.close();
  log.write('stdout', 'late');
  const closingAgain = log.close();
  letGo();
  await Promise.all([closing, closingAgain]);
  expect(batches.map((batch) => batch.length)).toEqual([100, 1]);
});

test('what is written while the work goes on is stored before it ends', async () => {
  const { log, texts } = setUp();
  log.write('stdout', 'progress');
  await until(() => texts().length > 0);
  expect(texts()).toEqual(['progress']);
  await log.close();
});

describe('is bounded', () => {
  test('in lines', async () => {
    const { log, texts, batches } = setUp();
    for (let i = 0; i < MAX_LOG_LINES + 50; i++) log.write('stdout', `line ${i}`);
    await log.close();
    expect(texts()).toHaveLength(MAX_LOG_LINES + 1);
    expect(batches.flat().at(-2)).toMatchObject({ stream: 'stdout', text: `line ${MAX_LOG_LINES - 1}` });
    expect(batches.flat().at(-1)).toMatchObject({
      seq: MAX_LOG_LINES,
      stream: 'system',
      text: 'the log is full; what follows is left out',
    });
  });

  test.each([
    ['one byte a character', 'x'.repeat(4096)],
    ['three bytes a character', '好'.repeat(2048)],
  ])('in bytes, at %s', async (_what, line) => {
    const { log, batches } = setUp();
    for (let i = 0; i < 200; i++) log.write('stdout', line);
    await log.close();
    const kept = batches.flat().slice(0, -1);
    expect(kept).toHaveLength(Math.floor(MAX_LOG_BYTES / Buffer.byteLength(line)));
    expect(batches.flat().at(-1)).toMatchObject({ stream: 'system', text: expect.stringContaining('full') as string });
  });

  test('in the length of a line', async () => {
    const { log, texts } = setUp();
    log.write('stdout', 'x'.repeat(1_000_000));
    log.write('stdout', 'after');
    await log.close();
    expect(texts()).toEqual([`${'x'.repeat(MAX_LOG_LINE_CHARS)}…`, 'after']);
  });
});

describe('is clean', () => {
  test.each([
    ['a secret', 'token tok-12345!', 'token [secret]!'],
    ['a secret in base64', Buffer.from('tok-12345').toString('base64'), '[secret]'],
    ['NUL and half a pair', 'a\0b\ud800c', 'a\uFFFDb\uFFFDc'],
    [
      'a pair that the cut goes through',
      `${'x'.repeat(MAX_LOG_LINE_CHARS - 1)}😀`,
      `${'x'.repeat(MAX_LOG_LINE_CHARS - 1)}\uFFFD…`,
    ],
  ])('%s', async (_what, text, expected) => {
    const { log, texts, live } = setUp();
    log.write('stdout', text);
    await log.close();
    expect(texts()).toEqual([expected]);
    expect(live).toMatchObject([{ data: { text: expected } }]);
  });

  test('a secret across the place of the cut is masked, not halved', async () => {
    const { log, texts } = setUp();
    log.write('stdout', `${'x'.repeat(MAX_LOG_LINE_CHARS - 3)}tok-12345`);
    await log.close();
    expect(texts()[0]).not.toContain('tok');
  });
});

describe('a store that is away costs lines, never the work', () => {
  test('when it refuses', async () => {
    let calls = 0;
    const append = () => (calls++ === 0 ? Promise.reject(new Error('down')) : Promise.resolve());
    const { log, lost, texts, live } = setUp({ append });
    log.write('stdout', 'one');
    await log.close();
    log.write('stdout', 'two');
    await log.close();
    expect(texts()).toEqual(['two']);
    expect(live).toHaveLength(2);
    expect(lost).toEqual([{ ...OF, lines: 1, error: 'Error: down' }]);
  });

  test('when the feed refuses, the lines are stored all the same', async () => {
    const { log, lost, texts } = setUp({ publish: () => Promise.reject(new Error('down')) });
    log.write('stdout', 'one');
    await log.close();
    expect([texts(), lost]).toEqual([['one'], [{ ...OF, lines: 1, error: 'Error: down' }]]);
  });

  test('when it never answers', async () => {
    const { log } = setUp({ append: () => new Promise(() => undefined) });
    log.write('stdout', 'one');
    await log.close(10);
  });
});
