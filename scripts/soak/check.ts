import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { openDb } from '../../adapters/postgres/db.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { archivedEvents, storedView } from '../../adapters/postgres/seal.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import type { Mix } from './mix.js';
import type { Stack } from './stack.js';
import { invariant, type Verdict } from './verdict.js';
import type { World } from './world.js';

/** Of so many runs, the stored view is compared with the fold of the history. */
const COMPARED = 40;

/** What must hold whatever was killed. Each verdict's value counts what broke it. */
export async function check(stack: Stack, mix: Mix, world: World): Promise<Verdict[]> {
  const sql = new pg.Client({ connectionString: stack.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query<{ id: string; status: string; sealed: boolean }>(
    'SELECT id, status, sealed_at IS NOT NULL AS sealed FROM workflow_runs',
  );
  await sql.end();
  const found = new Map(rows.map((row) => [row.id, row]));
  const { intents } = mix;
  const intended = new Set(intents.map(({ run }) => run));
  const lost = intents.filter(({ run, kind }) => found.get(run)?.status !== kind.ends);
  const doubled = [...world.effects].filter(([, keys]) => keys.size > 1);
  const missing = intents
    .flatMap(({ run, kind }) => kind.effects.map((node) => `${run} ${node}`))
    .filter((effect) => !world.effects.has(effect));
  const first = (list: string[]): string => (list.length === 0 ? '' : `such as ${list.slice(0, 3).join(', ')}`);
  const { torn, streams, compared } = await views(stack, mix);
  return [
    invariant(
      'runs that did not end as they must',
      lost.length,
      `of ${intents.length} ${first(lost.map(({ run, kind }) => `${run} (${kind.name}) is ${found.get(run)?.status ?? 'not there'}`))}`,
    ),
    invariant('runs that nobody asked for', rows.filter(({ id }) => !intended.has(id)).length),
    invariant('runs that are not sealed', rows.filter(({ sealed }) => !sealed).length),
    invariant(
      'effects under more than one key',
      doubled.length,
      `of ${world.effects.size}, in ${world.calls()} calls ${first(doubled.map(([of]) => of))}`,
    ),
    invariant('effects that never came', missing.length, first(missing)),
    invariant('stored views that are not the fold', torn.length, `of ${compared} compared ${first(torn)}`),
    invariant('streams that lost or repeated an event', streams.length, `of ${mix.watched.length} ${first(streams)}`),
    invariant('requests that were refused', mix.complaints.length, first(mix.complaints)),
  ];
}

async function views(
  stack: Stack,
  { intents, watched }: Mix,
): Promise<{ torn: string[]; streams: string[]; compared: number }> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const engine = new TemporalEngine({
    client: new Client({ connection, dataConverter: dataConverterOf() }),
    taskQueue: stack.taskQueue,
  });
  const db = openDb(stack.databaseUrl);
  const torn: string[] = [];
  const streams: string[] = [];
  const every = Math.max(1, Math.floor(intents.length / COMPARED));
  const some = intents.filter((_, i) => i % every === 0);
  for (const { run } of some) {
    const header = await new Runs(db).header(undefined, run);
    if (!header) continue; // it counts as lost
    const { sealed: _sealed, ...rest } = header;
    if (JSON.stringify(await storedView(db, run)) !== JSON.stringify(await engine.view(rest))) torn.push(run);
  }
  for (const { run, cursors } of watched) {
    const archived = (await archivedEvents(db, run))?.map(({ cursor }) => cursor);
    if (JSON.stringify(cursors) !== JSON.stringify(archived)) streams.push(run);
  }
  await Promise.all([connection.close(), db.$disconnect()]);
  return { torn, streams, compared: some.length };
}
