import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { ScriptedRun } from '../../tests/support/scripted-run.js';
import { TOKEN, until, Watching } from '../../tests/support/watching.js';
import { MAX_INBOUND_BYTES, MAX_INBOUND_FRAMES } from '../../core/limits.js';

let watching: Watching;
let run: ScriptedRun;
const open = async (times = {}) => {
  watching = await Watching.open(times);
  run = await watching.run('0.1.0-chain');
  run.happen(4);
};
afterEach(() => watching.close());

const base64url = (text: string) => Buffer.from(text).toString('base64url');
const url = () => `ws://${watching.host}/api/v1/ws/workflow_runs/${run.known.id}`;
/** What a client's offer is answered with: the subprotocol, or the refusal. */
async function offer(protocols: string[], headers: Record<string, string> = {}) {
  const ws = new WebSocket(url(), protocols, { headers });
  return new Promise<{ protocol?: string; problem?: { code: string; detail: string } }>((resolve, reject) => {
    ws.on('error', reject);
    ws.on('open', () => {
      resolve({ protocol: ws.protocol });
      ws.terminate();
    });
    ws.on('unexpected-response', (_req, res) => {
      expect(res.headers['content-type']).toBe('application/problem+json');
      res.on('data', (chunk) => resolve({ problem: JSON.parse(String(chunk)) as never }));
    });
  });
}

describe('a browser, which can send no header', () => {
  beforeEach(() => open());

  test('brings its token as a subprotocol, and is not told it back', async () => {
    expect(await offer(['heddle.v1', `heddle.bearer.${base64url(TOKEN)}`])).toEqual({ protocol: 'heddle.v1' });
  });

  test.each([
    ['no token', ['heddle.v1'], 'UNAUTHENTICATED'],
    ['a wrong token', ['heddle.v1', `heddle.bearer.${base64url('hdl_wrong')}`], 'UNAUTHENTICATED'],
    ['a token that is no base64url', ['heddle.v1', 'heddle.bearer.!!'], 'REQUEST_INVALID'],
    ['only a token', [`heddle.bearer.${base64url(TOKEN)}`], 'REQUEST_INVALID'],
    ['another subprotocol', ['graphql-ws'], 'REQUEST_INVALID'],
  ])('that offers %s is refused', async (_what, protocols, code) => {
    expect(await offer(protocols)).toMatchObject({ problem: { code } });
  });

  test.each([
    ['of the API’s own host', () => `http://${watching.host}`, true],
    ['of a configured origin', () => 'https://app.example', true],
    ['of another host', () => 'https://evil.example', false],
    ['of another port', () => 'http://127.0.0.1:1', false],
    ['of no origin', () => 'null', false],
  ])('with a page %s', async (_whose, origin, may) => {
    const answer = await offer(['heddle.v1', `heddle.bearer.${base64url(TOKEN)}`], { origin: origin() });
    expect(answer).toMatchObject(may ? { protocol: 'heddle.v1' } : { problem: { code: 'FORBIDDEN', status: 403 } });
  });
});

describe('what a client sends', () => {
  const speak = async () => {
    await open();
    const ws = new WebSocket(url(), { headers: { authorization: `Bearer ${TOKEN}` } });
    const closed = once(ws, 'close') as Promise<[number]>;
    await once(ws, 'message');
    return { ws, closed };
  };

  test('is ignored', async () => {
    const { ws, closed } = await speak();
    for (let i = 0; i < 3; i++) ws.send('{"type":"subscribe"}');
    run.happen();
    expect((await closed)[0]).toBe(1000);
  });

  test('is limited in number', async () => {
    const { ws, closed } = await speak();
    for (let i = 0; i <= MAX_INBOUND_FRAMES; i++) ws.send('x');
    expect((await closed)[0]).toBe(1008);
  });

  test('is limited in size', async () => {
    const { ws, closed } = await speak();
    ws.send('x'.repeat(MAX_INBOUND_BYTES + 1));
    expect((await closed)[0]).toBe(1009);
    await until(() => watching.streams.hub.watchers === 0);
  });
});

test('a client that answers no ping is let go; one that does is kept', async () => {
  await open({ pingMs: 10, stallMs: 100 });
  const lines = [false, true].map((autoPong) => {
    const ws = new WebSocket(url(), { headers: { authorization: `Bearer ${TOKEN}` }, autoPong });
    return { ws, closed: once(ws, 'close') as Promise<[number]> };
  });
  const [dumb, alive] = [lines[0]!, lines[1]!];
  expect((await dumb.closed)[0]).toBe(1013);
  expect(alive.ws.readyState).toBe(WebSocket.OPEN);
  run.happen();
  expect((await alive.closed)[0]).toBe(1000);
});

test('a large snapshot comes in fragments that make one message', async () => {
  await open();
  run.known.metadata = { large: '✓'.repeat(200_000) };
  run.trouble = undefined;
  run.happened = 0; // Temporal does not have it yet: shown as accepted, with its metadata
  const line = await watching.watch('websocket', run);
  await until(() => line.snapshot !== undefined);
  expect(line.snapshot!.metadata).toEqual(run.known.metadata);
});

describe('a handshake', () => {
  beforeEach(() => open());

  /** Sends text and reads the answer until the server ends it. */
  async function ask(...lines: string[]): Promise<string> {
    const [hostname, port] = watching.host.split(':');
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write([...lines, `Host: ${watching.host}`, 'Connection: close, Upgrade', '\r\n'].join('\r\n'));
    await once(socket, 'close');
    return answer;
  }
  const path = () => `/api/v1/ws/workflow_runs/${run.known.id}`;
  const bearer = `Authorization: Bearer ${TOKEN}`;

  test.each([
    ['of another path', 404, 'NOT_FOUND', () => ['GET /api/v1/ws/runs HTTP/1.1', 'Upgrade: websocket']],
    [
      'of a path that is badly encoded',
      400,
      'REQUEST_INVALID',
      () => ['GET /api/v1/ws/workflow_runs/%ff HTTP/1.1', 'Upgrade: websocket'],
    ],
    [
      'without a key',
      400,
      'REQUEST_INVALID',
      () => [`GET ${path()} HTTP/1.1`, bearer, 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ],
    [
      'of an old version',
      400,
      'REQUEST_INVALID',
      () => [
        `GET ${path()} HTTP/1.1`,
        bearer,
        'Upgrade: websocket',
        `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
        'Sec-WebSocket-Version: 7',
      ],
    ],
    [
      'that is a POST',
      400,
      'REQUEST_INVALID',
      () => [
        `POST ${path()} HTTP/1.1`,
        bearer,
        'Upgrade: websocket',
        `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
        'Sec-WebSocket-Version: 13',
      ],
    ],
  ])('%s is answered as a problem', async (_what, status, code, lines) => {
    const [head = '', body = ''] = (await ask(...lines())).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  test('an upgrade to something else is a request like any other, with its body, and so is the next one', async () => {
    const answer = await ask(
      ...['POST /plain HTTP/1.1', `Host: ${watching.host}`, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'],
      ...['HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA', 'Content-Type: text/plain', 'Content-Length: 5', ''],
      ...['firstPOST /plain HTTP/1.1', 'Content-Type: text/plain', 'Content-Length: 0'],
    );
    expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
    expect(answer).toContain('got "first", upgrade none');
    expect(answer).toContain('got "", upgrade none');
  });
});
