import fc from 'fast-check';
import { messageOf, wrongBy } from '../../tests/support/async-api.js';
import { RECORDED, type ScriptedRun } from '../../tests/support/scripted-run.js';
import { type Kind, type Line, until, Watching } from '../../tests/support/watching.js';
import { EVENTS } from '../../core/contract/events.js';
import { type CloudEvent, durableEvent } from '../../core/events/cloud-event.js';
import type { LiveEvent } from '../../core/events/live.js';
import type { NodeView, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';

/** What holds for a stream whatever its line is. */
describe.each<Kind>(['sse', 'websocket'])('over %s', (kind) => {
  let watching: Watching;
  beforeEach(async () => {
    watching = await Watching.open();
  });
  afterEach(() => watching.close());

  const CODES = { ended: 1000, shutdown: 1012, revoked: 4401, vanished: 4404 };
  const overWith = async (line: Line, ending: keyof typeof CODES) =>
    expect(await line.over).toBe(kind === 'sse' ? undefined : CODES[ending]);
  const told = (run: ScriptedRun): CloudEvent[] => run.all().map((event) => durableEvent(run.known.id, event));
  const progress = (run: ScriptedRun): LiveEvent => ({
    ...{ type: 'node.progress', run_id: run.known.id, node_key: 'a', attempt: 1, at: '2026-01-01T00:00:00.000Z' },
    data: 0.5,
  });
  const types = (events: CloudEvent[]) => events.map(({ type }) => type);

  test('a client that comes for the first time gets the run as it is, then what follows, then the end', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(5);
    const line = await watching.watch(kind, run);
    await until(() => line.snapshot !== undefined);
    run.happen();
    await overWith(line, 'ended');
    expect(line.snapshot).toEqual(run.viewAfter(5));
    expect(line.durable).toEqual(told(run).filter(({ id }) => id! > line.snapshot!.cursor));
    expect(line.durable.at(-1)!.type).toBe('run.completed');
    expect(line.durable.length).toBeGreaterThan(1);
  });

  test('P2: a client that comes with any cursor gets just what follows it, without a snapshot', async () => {
    const run = await watching.run('0.1.0-diamond-with-condition');
    run.happen();
    const events = told(run);
    for (const [seen, after] of ['0', ...events.map(({ id }) => id!)].entries()) {
      const line = await watching.watch(kind, run, { after });
      await overWith(line, 'ended');
      expect(line.snapshot).toBeUndefined();
      expect(line.durable).toEqual(events.slice(seen));
    }
  });

  test('an empty after is the beginning', async () => {
    const run = await watching.run('0.1.0-wait');
    run.happen();
    const line = await watching.watch(kind, run, { query: '?after=' });
    await overWith(line, 'ended');
    expect(line.durable).toEqual(told(run));
  });

  test('P2: a line cut anywhere, any number of times, loses nothing and repeats nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RECORDED),
        fc.constantFrom(0, 10_000),
        fc.array(fc.record({ more: fc.nat(6), take: fc.nat(4), trouble: fc.boolean() }), { maxLength: 6 }),
        async (name, lingerMs, cuts) => {
          const own = await Watching.open({ lingerMs });
          const run = await own.run(name);
          const got: CloudEvent[] = [];
          for (const { more, take, trouble } of cuts) {
            const line = await own.watch(kind, run, { after: got.at(-1)?.id ?? '0' });
            run.happen(run.happened + more);
            if (trouble) run.fail(new Fault('UNAVAILABLE', 'Temporal is away'));
            run.publish(progress(run));
            const due = told(run).filter(({ id }) => id! <= run.viewAfter(run.happened).cursor).length - got.length;
            if (!trouble) await until(() => line.durable.length >= Math.min(take, due));
            line.cut();
            await line.over;
            got.push(...line.durable);
            run.fail(undefined);
          }
          run.happen();
          const last = await own.watch(kind, run, { after: got.at(-1)?.id ?? '0' });
          await last.over;
          expect([...got, ...last.durable]).toEqual(told(run));
          await own.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each(RECORDED)('P1: %s: any snapshot and the events after it make the same as the fold', async (name) => {
    const run = await watching.run(name);
    const lines: Line[] = [];
    for (let steps = 1; steps <= run.steps; steps += 3) {
      run.happen(steps);
      const line = await watching.watch(kind, run);
      await until(() => line.snapshot !== undefined);
      lines.push(line);
    }
    run.happen();
    for (const line of lines) {
      await line.over;
      expect(outline(line.durable.reduce(apply, line.snapshot!))).toEqual(outline(run.viewAfter()));
    }
  });

  test.each(RECORDED)('%s: every message fits its schema, and the published one', async (name) => {
    const run = await watching.run(name);
    run.happen(2);
    const line = await watching.watch(kind, run);
    await until(() => line.snapshot !== undefined);
    run.happen();
    const all = await watching.watch(kind, run, { after: '0' });
    await Promise.all([line.over, all.over]);
    expect(wrongBy('snapshot', line.snapshot)).toEqual([]);
    expect(all.durable.length).toBe(run.all().length);
    for (const event of all.durable) {
      expect(EVENTS[event.type].safeParse(event).error).toBeUndefined();
      expect(wrongBy(messageOf(event.type), event)).toEqual([]);
    }
  });

  test('a run that Temporal does not have yet is shown as accepted and waited for', async () => {
    const run = await watching.run('0.1.0-chain');
    const [line, resumed] = [await watching.watch(kind, run), await watching.watch(kind, run, { after: '0' })];
    await until(() => line.snapshot !== undefined && run.reads > 3);
    expect(line.snapshot).toMatchObject({ id: run.known.id, status: 'queued', cursor: '', input: { asked: true } });
    expect(line.cursor).toBe('');
    run.happen();
    await Promise.all([line.over, resumed.over]);
    expect(line.durable).toEqual(told(run));
    expect(resumed.durable).toEqual(told(run));
    expect(line.ephemeral).toEqual([]);
  });

  test('the snapshot of an open run shows what only the server knows, when it can be asked', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    run.overlay = ({ nodes }) => Object.assign(nodes[0]!, { status: 'running', attempt: 7 });
    const line = await watching.watch(kind, run);
    await until(() => line.snapshot !== undefined);
    expect(line.snapshot!.nodes[0]).toMatchObject({ status: 'running', attempt: 7 });
    run.overlay = () => {
      throw new Fault('UNAVAILABLE', 'Temporal is away');
    };
    const plain = await watching.watch(kind, run);
    await until(() => plain.snapshot !== undefined);
    expect(plain.snapshot).toEqual(run.viewAfter(4));
  });

  test('a sealed run is served from its archive', async () => {
    const run = await watching.run('0.1.0-retries');
    run.seal();
    run.fail(new Fault('NOT_FOUND', 'Temporal has dropped it'));
    const [line, resumed] = [await watching.watch(kind, run), await watching.watch(kind, run, { after: '0' })];
    await Promise.all([overWith(line, 'ended'), overWith(resumed, 'ended')]);
    expect(line.snapshot).toEqual(run.viewAfter());
    expect(line.durable).toEqual([]);
    expect(resumed.durable).toEqual(told(run));
    expect(run.reads).toBe(0);
  });

  test('a run that is sealed and dropped by Temporal while somebody watches goes on from the archive', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run, { after: '0' });
    await until(() => line.durable.length > 0);
    run.fail(new Fault('NOT_FOUND', 'Temporal has dropped it'));
    run.seal();
    await overWith(line, 'ended');
    expect(line.durable).toEqual(told(run));
  });

  test('a client is told when history can not be read, and when it can again', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run);
    await until(() => line.snapshot !== undefined);
    run.fail(new Fault('UNAVAILABLE', 'Temporal is away'));
    await until(() => line.ephemeral.length === 1);
    const late = await watching.watch(kind, run);
    await until(() => late.snapshot !== undefined && late.ephemeral.length === 1);
    run.fail(undefined);
    await until(() => line.ephemeral.length === 2 && late.ephemeral.length === 2);
    run.happen();
    await Promise.all([line.over, late.over]);
    for (const each of [line, late]) {
      expect(types(each.ephemeral)).toEqual(['stream.behind', 'stream.caught_up']);
      for (const event of each.ephemeral) expect(wrongBy(messageOf(event.type), event)).toEqual([]);
      expect([...told(run).filter(({ id }) => id! <= each.snapshot!.cursor), ...each.durable]).toEqual(told(run));
    }
    expect(watching.logged).toEqual([]);
  });

  test('a client that comes while Temporal is away is told so, and gets its snapshot when it is back', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    run.fail(new Fault('UNAVAILABLE', 'Temporal is away'));
    const line = await watching.watch(kind, run);
    await until(() => line.ephemeral.length === 1);
    expect(line.snapshot).toBeUndefined();
    run.publish(progress(run)); // what it told is in the snapshot, or is past
    run.fail(undefined);
    await until(() => line.snapshot !== undefined);
    run.publish({ ...progress(run), data: 0.9 } as LiveEvent);
    await until(() => line.ephemeral.length === 3);
    expect(types(line.ephemeral)).toEqual(['stream.behind', 'stream.caught_up', 'node.progress']);
    expect(line.ephemeral[2]!.data.data).toBe(0.9);
    expect(line.snapshot).toEqual(run.viewAfter(4));
  });

  test('what breaks a follower halfway is logged, and the run is read anew without gap or repeat', async () => {
    const run = await watching.run('0.1.0-map-in-batches');
    run.happen(4);
    const line = await watching.watch(kind, run, { after: '0' });
    await until(() => line.durable.length > 0);
    run.fail(new Error('a payload can not be decoded'));
    await until(() => watching.logged.length > 0);
    run.happen(9);
    const { reads } = run;
    await until(() => run.reads > reads + 2);
    run.fail(undefined);
    run.happen();
    await line.over;
    expect(line.durable).toEqual(told(run));
  });

  test('live events travel beside the durable ones, without a cursor', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run, { after: '0' });
    await until(() => line.durable.length > 0 && run.listeners.size === 1);
    const { cursor } = line;
    const of = { run_id: run.known.id, node_key: 'a', attempt: 1, at: '2026-01-01T00:00:00.000Z' };
    run.publish({ type: 'node.running', ...of });
    run.publish({ type: 'run.step', run_id: of.run_id, at: of.at, changes: [] });
    run.publish({ type: 'node.log', ...of, data: { seq: 0, stream: 'stdout', text: 'one\ntwo' } });
    run.publish({ type: 'node.retrying', ...of, data: { code: 'HTTP_5XX', message: 'no' } });
    await until(() => line.ephemeral.length === 3);
    expect(types(line.ephemeral)).toEqual(['node.running', 'node.log', 'node.retrying']);
    for (const event of line.ephemeral) {
      expect(event.id).toBeUndefined();
      expect(EVENTS[event.type].safeParse(event).error).toBeUndefined();
      expect(wrongBy(messageOf(event.type), event)).toEqual([]);
    }
    if (kind === 'sse') expect(line.cursor).toBe(cursor);
  });

  test.each([
    ['no token', { token: '' }, 401, 'UNAUTHENTICATED'],
    ['an unknown token', { token: 'hdl_wrong' }, 401, 'UNAUTHENTICATED'],
    ['a key without a role', { token: 'hdl_none' }, 403, 'FORBIDDEN'],
    ['a key of another org', { token: 'hdl_other' }, 404, 'NOT_FOUND'],
    ['a cursor that is none', { query: '?after=yesterday' }, 400, 'REQUEST_INVALID'],
    ['two cursors', { query: '?after=0&after=0' }, 400, 'REQUEST_INVALID'],
    ['an unknown parameter', { query: '?since=0' }, 400, 'REQUEST_INVALID'],
    ['a token in the URL', { token: '', query: '?access_token=hdl_test' }, 400, 'REQUEST_INVALID'],
    ['a token in the URL beside a good one', { query: '?after=0&token=hdl_test' }, 400, 'REQUEST_INVALID'],
  ])('%s is refused as a problem', async (_what, options, status, code) => {
    const run = await watching.run('0.1.0-chain');
    run.happen();
    const line = await watching.watch(kind, run, options);
    expect(line).toMatchObject({ status, problem: { status, code } });
    if ('query' in options && options.query.includes('token'))
      expect(line.problem!.detail).toContain('Authorization: Bearer');
    expect(JSON.stringify(line.problem)).not.toContain('hdl_test');
    expect(watching.streams.hub.counters()).toMatchObject({
      heddle_stream_watchers: 0,
      heddle_stream_history_polls: 0,
    });
  });

  test('a run that is not there is refused', async () => {
    expect(await watching.watch(kind, 'run_none')).toMatchObject({ status: 404, problem: { code: 'NOT_FOUND' } });
  });

  test('when the process stops, every stream ends and none begins', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const lines = await Promise.all([1, 2, 3].map(() => watching.watch(kind, run)));
    await until(() => lines.every(({ snapshot }) => snapshot));
    await watching.streams.close();
    for (const line of lines) await overWith(line, 'shutdown');
    expect(watching.streams.hub).toMatchObject({ watchers: 0, followed: 0 });
    expect(run.listeners.size).toBe(0);
    await until(() => run.reading === 0);
    expect(await watching.watch(kind, run)).toMatchObject({ status: 503, problem: { code: 'UNAVAILABLE' } });
  });

  test('a run that is there no longer ends its streams', async () => {
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run);
    await until(() => line.snapshot !== undefined);
    run.exists = false;
    run.fail(new Fault('NOT_FOUND', 'deleted'));
    await overWith(line, 'vanished');
    expect(watching.streams.hub.followed).toBe(0);
  });
});

/** A client as the contract describes it: it keeps the newest status, attempt and value that it was told of each node. */
function apply(view: RunView, { type, subject, data }: CloudEvent): RunView {
  if (subject === undefined) return { ...view, ...pick(data), cursor: '' } as RunView;
  if (type.startsWith('gate.')) return view;
  const known = view.nodes.some(({ key }) => key === subject);
  const nodes = known ? view.nodes : [...view.nodes, { key: subject, output: null, error: null } as NodeView];
  return {
    ...view,
    nodes: nodes.map((node) => (node.key === subject ? ({ ...node, ...anew(type), ...pick(data) } as NodeView) : node)),
  };
}

/** A node that is queued begins anew, and one that has completed has no error: what was known of an earlier end no longer holds. */
const anew = (type: string) =>
  type === 'node.queued' ? { output: null, error: null } : type === 'node.completed' ? { error: null } : {};

const pick = ({ status, attempt, output, error }: CloudEvent['data']) => ({
  status,
  ...(attempt === undefined ? {} : { attempt }),
  ...(output === undefined ? {} : { output }),
  ...(error === undefined ? {} : { error }),
});

const outline = ({ status, output, error, nodes }: RunView) => ({
  ...{ status, output, error },
  nodes: Object.fromEntries(nodes.map(({ key, status, output, error }) => [key, { status, output, error }])),
});
