import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createClient, type Followed } from '../../cli/client.js';
import { Fault } from '../../core/fault.js';
import { TOKEN, until, Watching } from '../../tests/support/watching.js';

let watching: Watching;
afterEach(() => watching.close());

/** The bytes as they come. */
async function raw(path: string, method = 'GET') {
  const request = get(`http://${watching.host}${path}`, { method, headers: { authorization: `Bearer ${TOKEN}` } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const line = { headers: response.headers, status: response.statusCode, text: '', cut: () => request.destroy() };
  response.on('data', (chunk) => (line.text += String(chunk)));
  response.on('error', () => undefined);
  return line;
}

test('the answer can be neither cached nor held back, says when to come back, and gives signs of life', async () => {
  watching = await Watching.open({ pingMs: 5 });
  const run = await watching.run('0.1.0-chain');
  run.happen(4);
  const line = await raw(`/api/v1/workflow_runs/${run.known.id}/events`);
  expect(line).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
  await until(() => line.text.includes(': ping\n\n: ping\n\n'));
  expect(line.text).toMatch(/^retry: 10\n\nid: [\d.]+\nevent: snapshot\ndata: \{.*\}\n\n/);
  line.cut();
});

test('an ephemeral event has no id line, so that a client keeps its cursor', async () => {
  watching = await Watching.open();
  const run = await watching.run('0.1.0-chain');
  run.happen(4);
  const line = await raw(`/api/v1/workflow_runs/${run.known.id}/events`);
  await until(() => line.text.includes('event: snapshot') && run.listeners.size === 1);
  run.publish({
    type: 'node.progress',
    run_id: run.known.id,
    node_key: 'a',
    attempt: 1,
    at: '2026-01-01T00:00:00.000Z',
    data: 1,
  });
  await until(() => line.text.includes('event: node.progress'));
  expect(line.text).toContain('\n\nevent: node.progress\ndata: {');
  line.cut();
});

test('HEAD tells what GET would, and opens no stream', async () => {
  watching = await Watching.open();
  const run = await watching.run('0.1.0-chain');
  const line = await raw(`/api/v1/workflow_runs/${run.known.id}/events`, 'HEAD');
  expect(line).toMatchObject({ status: 200, text: '' });
  expect(line.headers['content-type']).toContain('text/event-stream');
  expect(run.reads).toBe(0);
});

test('Last-Event-ID goes before the URL’s after, which a client that reconnects by itself keeps', async () => {
  watching = await Watching.open();
  const run = await watching.run('0.1.0-chain');
  run.happen();
  const [, second] = run.all();
  const line = await watching.watch('sse', run, { query: '?after=0', after: second!.cursor });
  await line.over;
  expect(line.durable.map(({ id }) => id)).toEqual(
    run
      .all()
      .slice(2)
      .map(({ cursor }) => cursor),
  );
});

test('the AsyncAPI document is served', async () => {
  watching = await Watching.open();
  const line = await raw('/api/v1/asyncapi.json');
  await until(() => line.text.endsWith('}'));
  expect(JSON.parse(line.text)).toMatchObject({ asyncapi: '3.0.0' });
});

test('the command line follows a run through lines that break', async () => {
  watching = await Watching.open();
  const run = await watching.run('0.1.0-diamond-with-condition');
  run.happen(3);
  const followed: Followed[] = [];
  const following = (async () => {
    for await (const each of createClient({ api: `http://${watching.host}`, token: TOKEN }).follow(run.known.id))
      followed.push(each);
  })();
  for (let steps = 4; steps <= run.steps; steps++) {
    const before = followed.length;
    if (steps % 4 === 0) for (const socket of watching.sockets) socket.destroy();
    if (steps % 5 === 0) run.fail(new Fault('UNAVAILABLE', 'Temporal is away'));
    run.happen(steps);
    run.fail(undefined);
    if (run.viewAfter(steps).cursor !== run.viewAfter(steps - 1).cursor) await until(() => followed.length > before);
  }
  await following;
  const [snapshot, ...events] = followed;
  expect(snapshot).toMatchObject({ kind: 'snapshot', run: { id: run.known.id } });
  const ids = events.flatMap((each) => (each.kind === 'event' && each.event.id ? [each.event.id] : []));
  const after = (snapshot as { run: { cursor: string } }).run.cursor;
  expect(ids).toEqual(
    run
      .all()
      .map(({ cursor }) => cursor)
      .filter((cursor) => cursor > after),
  );
});
