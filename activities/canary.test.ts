import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Work } from '../core/contract/work.js';
import { Fault } from '../core/fault.js';
import type { Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { toolCallConfig } from '../core/nodes/tool-call.js';
import { environment, RUN, testActivities } from '../tests/support/activity.js';
import { always, loopback } from '../tests/support/loopback.js';
import { scriptedAgent, type Step } from '../tests/support/scripted-agent.js';
import { registered } from './functions.js';

/** Twenty secrets of all kinds, new ones for each run of the test. */
const random = (bytes: number) => randomBytes(bytes);
const CANARIES: Record<string, string> = {
  ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`TOKEN_${i}`, random(20 + i).toString('base64url')])),
  ...Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`HEX_${i}`, random(16 + i).toString('hex')])),
  ...Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`BASE64_${i}`, random(30 + i).toString('base64')])),
  SHORT: random(5).toString('hex'),
  DIGITS: String(random(6).readUIntBE(0, 6) + 2 ** 47),
  PHRASE: `correct horse ${random(4).toString('hex')} staple`,
  ODD: `"${random(6).toString('hex')}"\\/+ &<'>%!*()~`,
  ACCENTS: `Zoë-${random(6).toString('hex')}-größe-日本`,
  URL: `postgres://ann:${random(8).toString('hex')}@db.example/x?y=z#w`,
  KEY: `-----BEGIN KEY-----\n${random(45).toString('base64')}\n${random(45).toString('base64')}\n-----END KEY-----\n`,
};

const escape = (text: string) => JSON.stringify(text).slice(1, -1);
const ENCODINGS: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'HEX ': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64, one before': (secret) => Buffer.from(`a${secret}zz`).toString('base64'),
  'base64, two before': (secret) => Buffer.from(`ab${secret}z`).toString('base64'),
  basic: (secret) => `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`,
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64url, four before': (secret) => Buffer.from(`abcd${secret}`).toString('base64url'),
  url: encodeURIComponent,
  'url, small': (secret) => encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
  form: (secret) => new URLSearchParams({ a: secret }).toString(),
  json: escape,
  'json in json': (secret) => escape(escape(secret)),
  'json in ascii': (secret) =>
    escape(secret).replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
};
const LEAKS = Object.values(CANARIES).flatMap((secret) => Object.values(ENCODINGS).map((encode) => encode(secret)));
expect(Object.keys(CANARIES)).toHaveLength(20);

/** Pieces of a secret, as it is or behind one layer of an encoding. Written without a look at how the scrubber works. */
function piecesIn(text: string): string[] {
  const plain = [text, ...[...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([token]) => decodings(token))].join('\n');
  const found = [];
  for (const [name, secret] of Object.entries(CANARIES)) {
    for (const line of secret.split('\n').filter((each) => !each.startsWith('-----') && each !== '')) {
      for (const form of [line, encodeURIComponent(line), escape(line)])
        for (let at = 0; at + 8 <= form.length; at++)
          if (plain.includes(form.slice(at, at + 8))) found.push(`${name}: ${form}`);
    }
  }
  return [...new Set(found)];
}
function decodings(token: string): string[] {
  const offsets = [0, 1, 2, 3];
  return [
    ...offsets.map((offset) => Buffer.from(token.slice(offset), 'base64').toString('utf8')),
    ...offsets.slice(0, 2).map((offset) => Buffer.from(token.slice(offset), 'hex').toString('utf8')),
  ];
}

let under: Awaited<ReturnType<typeof testActivities>>;
const open: { close(): Promise<void> }[] = [];
let throwing: (input: Json) => never;
beforeEach(async () => {
  under = await testActivities({
    values: CANARIES,
    functions: {
      echo: registered(z.json(), z.json(), (input, { log }) => (log(JSON.stringify(input)), input)),
      fail: registered(z.json(), z.json(), (input) => throwing(input as Json)),
    },
  });
  open.push(under);
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** One attempt, and everything that it leaves anywhere. */
async function traces(activity: 'tool_call' | 'agent_call', config: Json): Promise<string> {
  const env = environment();
  const work: Work = { run: RUN, node: 'step', effect: 'run-1/step/0', config };
  const outcome = await env.mock
    .run((input: Work) => under.activities[activity](input), work)
    .catch((err: Error & { details?: unknown }) => [err.name, err.message, err.stack, err.details, err.cause]);
  const files = await readdir(under.root, { recursive: true, withFileTypes: true });
  const stored = await Promise.all(
    files.filter((entry) => entry.isFile()).map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')),
  );
  const left = [outcome, under.events, under.lines, env.beats, env.workerLog, stored];
  return left.map((each) => flat(each)).join('\n');
}
/** Texts as they are, without a layer of JSON around them. */
function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${flat(part)}`)
    .join('\n');
}
const tool = (config: object) => traces('tool_call', toolCallConfig.parse(config) as unknown as Json);

test('the search finds what is there', () => {
  expect(Object.keys(CANARIES).filter((name) => piecesIn(CANARIES[name]!).length === 0)).toEqual([]);
  for (const leak of LEAKS) expect(piecesIn(leak)).not.toEqual([]);
});

const asJson = JSON.stringify({
  leaks: LEAKS,
  names: Object.fromEntries(LEAKS.map((leak) => [leak, 1])),
  n: Number(CANARIES['DIGITS']),
});
const headers = Object.fromEntries(
  LEAKS.map((leak, i) => [`x-leak-${i}`, leak] as const)
    .filter(([, leak]) => /^[ -~]+$/.test(leak))
    .slice(0, 60),
);

describe('an HTTP server that tells what it was told', () => {
  const serve = async (...args: Parameters<typeof always>) => {
    const server = await loopback(always(...args));
    open.push(server);
    return tool({
      tool: 'http',
      request: { url: `${server.origin}/path`, auth: { type: 'bearer', secret: 'TOKEN_0' } },
    });
  };
  test.each<[string, Parameters<typeof always>]>([
    ['as JSON', [200, { 'content-type': 'application/json' }, asJson]],
    ['as text', [200, { 'content-type': 'text/plain; charset=utf-8' }, LEAKS.join('\n')]],
    ['as bytes', [200, { 'content-type': 'application/pdf' }, LEAKS.join('\n')]],
    ['packed', [200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, gzipSync(LEAKS.join('\n'))]],
    ['in headers', [200, headers]],
    ['in a refusal', [403, { 'content-type': 'application/json' }, JSON.stringify({ you_sent: CANARIES })]],
    ['in an outage, in headers', [503, headers, LEAKS.join(' ')]],
    ['in JSON that is none', [200, { 'content-type': 'application/json' }, `{${LEAKS.join('\n')}`]],
    ['where it redirects to', [302, { location: `http://${CANARIES['HEX_0']!}.test:bad/` }]],
  ])('%s', async (_what, answer) => {
    const left = await serve(...answer);
    expect(left).toContain(
      answer[0] === 200 && answer[1] !== headers && !left.includes('HTTP_5XX') ? '[secret]' : 'step',
    );
    expect(piecesIn(left)).toEqual([]);
  });

  test('a URL that holds one is not told', async () => {
    const server = await loopback(always(404));
    open.push(server);
    for (const secret of [CANARIES['TOKEN_1']!, CANARIES['ODD']!]) {
      const left = await tool({ tool: 'http', request: { url: `${server.origin}/${encodeURIComponent(secret)}/x` } });
      expect(left).toContain('/[secret]/x answered 404');
      expect(piecesIn(left)).toEqual([]);
    }
  });
});

describe('a function', () => {
  const input = LEAKS as Json;
  test.each([
    ['puts out', 'export default (leaks) => ({ leaks, names: Object.fromEntries(leaks.map((leak) => [leak, 1])) })'],
    ['puts out as one large text', `export default (leaks) => leaks.join('\\n') + 'x'.repeat(${INLINE_BYTES})`],
    [
      'logs',
      'export default (leaks) => { for (const leak of leaks) { console.log(leak); console.error({ leak }); } return 1; }',
    ],
    ['throws', 'export default (leaks) => { throw new Error(leaks.join(" ")); }'],
    ['throws as text', 'export default (leaks) => { throw leaks.slice(0, 30).join(" "); }'],
    ['names an error', 'export default (leaks) => { const e = new Error("x"); e.name = leaks[0]; throw e; }'],
  ])('that %s them', async (_what, code) => {
    const left = await tool({ tool: 'function', code, input, time_ms: 20_000 });
    expect(left).toContain('[secret]');
    expect(piecesIn(left)).toEqual([]);
  });

  test('that is registered', async () => {
    const left = await tool({ tool: 'function', name: 'echo', input });
    expect(left).toContain('[secret]');
    expect(piecesIn(left)).toEqual([]);
  });

  test.each<[string, (input: Json) => never]>([
    [
      'a fault',
      (leaks) => {
        throw new Fault('UNAVAILABLE', LEAKS.join(' '), { details: leaks, cause: new Error(LEAKS.join()) });
      },
    ],
    [
      'an error',
      () => {
        throw new Error(LEAKS.join(' '), { cause: new Error(LEAKS.join()) });
      },
    ],
    [
      'an error with more about it',
      () => {
        throw Object.assign(new Error('x'), { config: CANARIES });
      },
    ],
  ])('that is registered and ends with %s', async (_what, act) => {
    throwing = act;
    expect(piecesIn(await tool({ tool: 'function', name: 'fail', input }))).toEqual([]);
  });
});

describe('an agent', () => {
  const call = async (script: Step[]) => {
    const agent = await scriptedAgent();
    open.push({ close: () => agent.stop() });
    const message = { script } as unknown as Json;
    return traces('agent_call', {
      agent: agent.url,
      message,
      stream: true,
      poll_interval_ms: 20,
      auth: { type: 'bearer', secret: 'TOKEN_0' },
    });
  };
  test('that says and delivers them', async () => {
    const left = await call([
      ...LEAKS.slice(0, 40).map((say) => ({ say })),
      { artifact: CANARIES['HEX_1']!, text: LEAKS.join('\n'), data: { leaks: LEAKS } },
      { end: 'COMPLETED', say: LEAKS.join(' ') },
    ]);
    expect(left).toContain('[secret]');
    expect(piecesIn(left)).toEqual([]);
  });

  test('that fails with them', async () => {
    const left = await call([{ end: 'FAILED', say: LEAKS.join(' ') }]);
    expect(left).toContain('AGENT_FAILED');
    expect(piecesIn(left)).toEqual([]);
  });

  test('that answers with a message of them', async () => {
    const left = await call([{ message: LEAKS.join('\n'), data: { leaks: LEAKS } }]);
    expect(left).toContain('[secret]');
    expect(piecesIn(left)).toEqual([]);
  });
});
