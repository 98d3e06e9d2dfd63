import type { Session } from '../../adapters/postgres/sessions.js';
import { wrongBy } from '../../tests/support/async-api.js';
import { longStory } from '../../tests/support/scripted-run.js';
import { type Kind, stuck, TOKEN, until, Watching } from '../../tests/support/watching.js';

describe.each<Kind>(['sse', 'websocket'])('over %s, in short times', (kind) => {
  test('a key that holds no longer ends its streams', async () => {
    const watching = await Watching.open({ recheckMs: 20 });
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    watching.keys.set('hdl_second', watching.keys.get('hdl_test')!);
    const [line, other] = [await watching.watch(kind, run), await watching.watch(kind, run, { token: 'hdl_second' })];
    watching.keysAway = new Error('the database is away');
    await until(() => watching.logged.length > 2); // nobody is let go for that
    expect(watching.streams.hub.watchers).toBe(2);
    watching.keysAway = undefined;
    watching.keys.delete('hdl_second');
    expect(await other.over).toBe(kind === 'sse' ? undefined : 4401);
    run.happen();
    await line.over;
    expect(line.durable.at(-1)!.type).toBe('run.completed');
    await watching.close();
  });

  test('a session that is over ends its streams; one that speaks in another org does not', async () => {
    const watching = await Watching.open({ recheckMs: 20 });
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const viewer = watching.keys.get(TOKEN)!;
    let session: Session | undefined = { id: 'hash', orgId: 'org_test', expiresAt: new Date(), callers: [viewer] };
    let looks = 0;
    watching.sessions.get = () => {
      looks++;
      return session;
    };
    const headers = { cookie: `heddle_session=${'s'.repeat(43)}`, origin: `http://${watching.host}` };
    const line = await watching.watch(kind, run, { token: '', headers });
    session = { ...session, orgId: 'org_other', callers: [viewer, watching.keys.get('hdl_other')!] };
    const before = looks;
    await until(() => looks > before + 2);
    expect(watching.streams.hub.watchers).toBe(1);
    session = undefined;
    expect(await line.over).toBe(kind === 'sse' ? undefined : 4401);
    await watching.close();
  });

  test('no more streams are served than a process can bear', async () => {
    const watching = await Watching.open({ most: 1 });
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run);
    expect(await watching.watch(kind, run)).toMatchObject({ status: 503, problem: { code: 'UNAVAILABLE' } });
    line.cut();
    await until(() => watching.streams.hub.watchers === 0);
    expect((await watching.watch(kind, run)).problem).toBeUndefined();
    await watching.close();
  });

  test('a client that reads nothing costs no memory, and holds nobody up', async () => {
    const watching = await Watching.open();
    const run = await watching.run(longStory(200, 100_000));
    run.happen(1);
    const fast = await watching.watch(kind, run, { after: '0' });
    await until(() => fast.durable.length === 1);
    const [slow, served] = await stuck(watching, kind, run.known.id);
    await until(() => watching.streams.hub.watchers === 2);
    run.happen();
    let most = 0;
    await until(() => {
      most = Math.max(most, served.writableLength);
      return fast.durable.length === run.steps;
    });
    expect(fast.durable.map(({ id }) => id)).toEqual(run.all().map(({ cursor }) => cursor));
    expect(served.bytesWritten).toBeGreaterThan(100_000); // it was served, until what lies between was full
    expect(most).toBeLessThan(300_000); // of 20 MB
    expect(watching.streams.hub.watchers).toBe(2);
    slow.destroy();
    await until(() => watching.streams.hub.watchers === 1);
    await watching.close();
  });

  test('a client that reads nothing is let go in the end', async () => {
    const watching = await Watching.open({ stallMs: 50 });
    const run = await watching.run(longStory(200, 100_000));
    run.happen();
    const [slow, served] = await stuck(watching, kind, run.known.id);
    await until(() => served.destroyed && watching.streams.hub.watchers === 0);
    slow.destroy();
    await watching.close();
  });

  test('a client that was too slow for ephemeral events is told how many it missed', async () => {
    const watching = await Watching.open();
    const run = await watching.run('0.1.0-chain');
    run.happen(4);
    const line = await watching.watch(kind, run, { after: '0' });
    await until(() => line.durable.length > 0 && run.listeners.size === 1);
    const of = { run_id: run.known.id, node_key: 'a', attempt: 1, at: '2026-01-01T00:00:00.000Z' };
    for (let seq = 0; seq < 1000; seq++)
      run.publish({ type: 'node.log', ...of, data: { seq, stream: 'stdout', text: `line ${seq}` } });
    await until(() => line.ephemeral.length === 257);
    const [first, ...rest] = line.ephemeral;
    expect(first).toMatchObject({ type: 'stream.dropped', data: { ephemeral: true, data: { count: 744 } } });
    expect(rest.map(({ data }) => (data.data as { seq: number }).seq)).toEqual(
      Array.from({ length: 256 }, (_, i) => 744 + i),
    );
    expect(wrongBy('streamDropped', first)).toEqual([]);
    await watching.close();
  });
});
