import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findRedis, type Redis, startRedis } from '../../scripts/dev/redis.js';
import { cacheDir } from '../../scripts/dev/state.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { skipped } from '../support/skipped.js';
import { Watcher } from '../support/watch.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Several of each role on one database, one Temporal and one feed: any of them will do, and any of them may go. */
const RUNS = 20;
const WARNING = 40;
const found = await findRedis({ cache: cacheDir(), say: console.warn });
if (!found)
  skipped('there is no Redis on this machine, so several of each role are tested with PostgreSQL as the feed alone');

describe.each(found ? ['PostgreSQL', 'Redis'] : ['PostgreSQL'])('the feed is %s', (feed) => {
  let heddle: E2E;
  let world: World;
  let redis: Redis | undefined;
  let folder: string;
  let sql: pg.Client;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heddle-side-'));
    if (feed === 'Redis') redis = await startRedis({ file: found!.file, dir: folder, port: 0 });
    // Each worker can have half of the runs under way: while all of them are, both have some.
    const env = { WORKER_ACTIVITIES: String(RUNS / 2), ...(redis ? { REDIS_URL: redis.url } : {}) };
    [heddle, world] = await Promise.all([openE2E({ env, apis: 3, workers: 2, projectors: 2 }), openWorld()]);
    sql = new pg.Client({ connectionString: heddle.databaseUrl });
    await sql.connect();
    await sql.query(`
      CREATE TABLE archivings (run_id text NOT NULL);
      CREATE FUNCTION note_archiving() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO archivings VALUES (NEW.run_id); RETURN NULL; END';
      CREATE TRIGGER note_archiving AFTER INSERT OR UPDATE ON event_archives FOR EACH ROW EXECUTE FUNCTION note_archiving()`);
  });
  afterAll(async () => {
    await sql.end();
    await Promise.all([heddle.close(), world.stop()]);
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (which: string): string => heddle.apis[which]!.api;
  const start = (workflow: string, which: string, input: unknown = {}): Promise<string> =>
    heddle
      .request('POST', `/workflows/${workflow}/run`, { api: at(which), json: { input } })
      .then(({ body }) => (body as { id: string }).id);
  const many = (workflow: string, [one, other]: [string, string]): Promise<string[]> =>
    Promise.all(Array.from({ length: RUNS }, (_, n) => start(workflow, n % 2 === 0 ? one : other, { n })));
  /** One line for each time that one of these runs was archived. */
  const archivings = async (ids: string[]): Promise<string[]> => {
    const { rows } = await sql.query('SELECT run_id FROM archivings WHERE run_id = ANY($1)', [ids]);
    return rows.map(({ run_id }) => run_id as string).toSorted();
  };
  const isSealed = async (ids: string[]): Promise<void> => {
    await until(async () => {
      const { rows } = await sql.query('SELECT 1 FROM workflow_runs WHERE id = ANY($1) AND sealed_at IS NOT NULL', [
        ids,
      ]);
      return rows.length === ids.length;
    });
  };

  test('a run that is started through one API is watched through the other, logs and all', async () => {
    await heddle.apply(`
name: told
nodes:
  - { key: gate, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/told" } } }
  - { key: say, type: tool_call, config: { tool: function, code: "export default () => { console.log('heard next door'); return 1 }" } }
edges: [{ from: gate, to: say }]
`);
    const id = await start('told', 'api');
    const watcher = new Watcher(heddle.apis['api-2']!, id);
    await watcher.until(({ snapshot }) => snapshot !== undefined);
    await until(async () => world.holding.has('/hold/told'));
    world.release('/hold/told');
    await watcher.end();
    const of = (type: string) => watcher.frames.filter((frame) => frame.type === type && frame.data.node_key === 'say');
    expect(of('node.log').map(({ data }) => data)).toEqual([expect.objectContaining({ ephemeral: true })]);
    expect(JSON.stringify(of('node.log'))).toContain('heard next door');
    expect(of('node.completed')).toHaveLength(1);
    expect(watcher.durable.at(-1)!.type).toBe('run.completed');
  });

  test(`${RUNS} runs are shared by both workers, and each is sealed once`, async () => {
    await heddle.apply(`
name: shared
input: { type: object, properties: { n: { type: integer } } }
nodes:
  - { key: hold, type: tool_call, config: { tool: http, request: { url: "\${ '${world.url}/hold/shared' + string(input.n) }" } } }
`);
    const ids = await many('shared', ['api', 'api-2']);
    await until(async () => world.holding.size === RUNS);
    for (const path of world.holding) world.release(path);
    await isSealed(ids);

    const identities = new Set<string>();
    for (const id of ids) {
      const { body } = await heddle.request('GET', `/workflow_runs/${id}/history`);
      const events = body.executions[0].events as Record<string, { identity?: string }>[];
      const began = events.find((event) => event['activityTaskStartedEventAttributes'])!;
      identities.add(began['activityTaskStartedEventAttributes']!.identity!);
    }
    const workers = ['worker', 'worker-2'].map((which) => expect.stringMatching(`^${heddle.parts[which]!.pid}@`));
    expect([...identities]).toEqual(expect.arrayContaining(workers));
    expect(identities.size).toBe(2);

    expect(await archivings(ids)).toEqual(ids.toSorted());
    for (const part of Object.keys(heddle.parts)) {
      const complaints = (await heddle.log(part)).filter(({ level }) => level >= WARNING);
      expect([part, complaints]).toEqual([part, []]);
    }
  });

  test('one request that reaches all APIs at once starts one run; others of them decide its gate and cancel it', async () => {
    await heddle.apply(`
name: passed
nodes:
  - { key: gate, type: human_gate, config: { title: go on? } }
  - { key: pause, type: wait, config: { duration: 1h } }
edges: [{ from: gate, to: pause }]
`);
    const headers = { 'idempotency-key': `once-${feed}` };
    const answers = await Promise.all(
      ['api', 'api-2', 'api-3'].map((which) =>
        heddle.request('POST', '/workflows/passed/run', { api: at(which), json: { input: {} }, headers }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(answers.map(({ body }) => body.id as string));
    expect(ids.size).toBe(1);
    const id = [...ids][0]!;
    expect((await heddle.request('GET', '/workflow_runs?workflow=passed')).body.items).toHaveLength(1);

    const statusOf = async (key: string) => (await heddle.view(id)).nodes.find((node) => node.key === key)?.status;
    await until(async () => (await statusOf('gate')) === 'waiting');
    const decisions = await Promise.all(
      ['api-2', 'api-3'].map((which) =>
        heddle.request('POST', `/workflow_runs/${id}/nodes/gate/decision`, {
          api: at(which),
          json: { decision: 'approve' },
        }),
      ),
    );
    expect(new Set(decisions.map(({ status }) => status))).toEqual(new Set([200, 409]));
    await until(async () => (await statusOf('pause')) === 'waiting');
    expect((await heddle.request('POST', `/workflow_runs/${id}/cancel`, { api: at('api-3'), json: {} })).status).toBe(
      202,
    );
    await isSealed([id]);
    expect(await heddle.view(id)).toMatchObject({ status: 'cancelled' });
    expect(await archivings([id])).toEqual([id]);
  });

  test('an API that is asked to end answers what it was asked, and hands its watchers over', async () => {
    await heddle.apply(`
name: handed
nodes:
  - { key: first, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/first" } } }
  - { key: last, type: transform, config: { value: 1 } }
edges: [{ from: first, to: last }]
`);
    const id = await start('handed', 'api');
    const watcher = new Watcher(heddle.apis['api']!, id, '0');
    await watcher.until(({ frames }) => frames.length > 0);
    await until(async () => world.holding.has('/hold/first'));
    await sql.query('BEGIN; LOCK TABLE workflows IN ACCESS EXCLUSIVE MODE');
    const asked = heddle.request('GET', '/workflows', { api: at('api') });
    await until(
      async () =>
        (await sql.query(`SELECT 1 FROM pg_locks WHERE relation = 'workflows'::regclass AND NOT granted`)).rows.length >
        0,
    );

    watcher.moveTo(heddle.apis['api-2']!);
    const ended = heddle.retire('api');
    await watcher.until(({ codes }) => codes.length > 0);
    expect(watcher.codes).toEqual([1012]);
    await expect(fetch(`${at('api')}/healthz`)).rejects.toThrow('fetch failed'); // nothing new is taken
    process.kill(heddle.parts['api']!.pid!, 'SIGTERM'); // told twice, as by a parent and by whoever ends both
    await sql.query('COMMIT');
    expect(await asked).toMatchObject({ status: 200, body: { items: expect.any(Array) } });
    await ended;
    expect((await heddle.log('api')).at(-1)).toMatchObject({ msg: 'stopped' });

    world.release('/hold/first');
    await watcher.end();
    const again = await new Watcher(heddle.apis['api-2']!, id, '0').end();
    expect(cursors(watcher)).toEqual(cursors(again));
  });

  test('one of each role is killed while runs are in flight, and nothing is lost', async () => {
    await heddle.apply(`
name: bereft
input: { type: object, properties: { n: { type: integer } } }
nodes:
  - key: hold
    type: tool_call
    config: { tool: http, request: { url: "\${ '${world.url}/hold/bereft' + string(input.n) }" } }
    retry: { max_attempts: 20, initial_interval: 100ms, backoff: 1 }
    timeout: { heartbeat: 1s }
  - key: effect
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${world.url}/effect/x", json: { run: "\${ run.id }" } } }
    retry: { max_attempts: 20, initial_interval: 100ms, backoff: 1 }
edges: [{ from: hold, to: effect }]
output: "\${ nodes.effect.output.body.key }"
`);
    const ids = await many('bereft', ['api-2', 'api-3']);
    const watchers = ids.map((id, n) => new Watcher(heddle.apis[n % 2 === 0 ? 'api-2' : 'api-3']!, id, '0'));
    await Promise.all(watchers.map((watcher) => watcher.until(({ frames }) => frames.length > 0)));
    await until(async () => world.holding.size === RUNS);
    for (const part of ['worker', 'api-2', 'projector']) await heddle.lose(part);
    for (const watcher of watchers) watcher.moveTo(heddle.apis['api-3']!);
    await until(async () => {
      for (const path of world.holding) world.release(path);
      return watchers.every(({ ended }) => ended);
    });
    await isSealed(ids);

    for (const [n, id] of ids.entries()) {
      const effects = [...world.effects.values()].filter(({ body }) => body['run'] === id);
      expect([id, effects.length]).toEqual([id, 1]);
      expect(await heddle.view(id)).toMatchObject({ status: 'completed', output: effects[0]!.key });
      const again = await new Watcher(heddle.apis['api-3']!, id, '0').end();
      expect(cursors(watchers[n]!)).toEqual(cursors(again));
    }
    expect(await archivings(ids)).toEqual(ids.toSorted());
    expect((await heddle.log('api-3')).filter(({ level }) => level > WARNING)).toEqual([]);
    expect((await heddle.log('projector-2')).filter(({ level }) => level > WARNING)).toEqual([]);
  });
});

const cursors = ({ durable }: Watcher): (string | undefined)[] => durable.map(({ id }) => id);
