import type { EventWait, NamedEvent } from '../../core/contract/named-events.js';
import { unfit } from '../../core/contract/input.js';
import type { Json, JsonSchema } from '../../core/json.js';
import { MAX_TOLD_RUNS } from '../../core/limits.js';
import type { ArtifactValues } from '../artifacts/values.js';
import { type SchemaProblem, violations } from '../json-schema/validate.js';
import { type Db, Prisma, required, storable } from './db.js';

/** An event on its way to whichever runs of the org wait for it. */
export interface Sending extends Omit<NamedEvent, 'only_waiting' | 'sent_at'> {
  org: string;
  sender: string;
  /** How long it is kept for runs that wait later. */
  ttl_ms: number;
}
/** A delivery that is to be made. */
export interface Due {
  org: string;
  event: bigint;
  run_id: string;
  node_key: string;
  round: number;
  /** As the run gets it. */
  sent: NamedEvent;
}
/** What has become of a sent event so far: the first runs, and how many there are of each kind. */
export interface SentFate {
  expires_at: string;
  runs: { run_id: string; status: 'due' | 'delivered' | 'handed' | 'unfit' }[];
  counts: { due: number; delivered: number; unfit: number };
}

/** Statuses of a delivery by which its run has the event, or gets it. */
const HAS = Prisma.sql`('due', 'delivered', 'handed')`;
/** Events that a wait which begins looks through at once: those before may not fit its schema. */
const LOOKED_THROUGH = 20;

type Tx = Pick<Db, '$executeRaw' | '$queryRaw'>;

/**
 * Events that are sent to whoever waits, and who waits. What holds:
 * 1. Who sends and who begins to wait take the lock of the event's name and key, so one of them sees the other: no event falls between.
 * 2. A wait that begins is handed the oldest event that fits and that nobody has, or that was sent since its run was accepted and which its run
 *    has not.
 * 3. A run has an event once, whichever of its nodes waits. To do any of it again changes nothing.
 */
export class SentEvents {
  private readonly db: Db;
  private readonly values: Pick<ArtifactValues, 'hydrate'>;

  constructor(db: Db, values: Pick<ArtifactValues, 'hydrate'>) {
    this.db = db;
    this.values = values;
  }

  /**
   * Writes the event, and for each run that waits that it is due there; one of the same name and id that is kept still is the same. Throws
   * INPUT_INVALID with the problems when it fits none of those that wait.
   */
  send(sending: Sending, now = new Date()): Promise<{ event: bigint; repeated: boolean }> {
    const { org, name, key, id, data, sender, ttl_ms } = sending;
    const expiresAt = new Date(now.getTime() + ttl_ms);
    return this.db.$transaction(async (tx) => {
      await lock(tx, sending);
      const of = { orgId: org, name, eventId: id };
      await tx.sentEvent.deleteMany({ where: { ...of, expiresAt: { lte: now } } });
      const row = { ...of, key: storable(key) as string, data: required(data), sender, sentAt: now, expiresAt };
      const { count } = await tx.sentEvent.createMany({ skipDuplicates: true, data: row });
      const select = { id: true };
      const { id: event } = await tx.sentEvent.findUniqueOrThrow({ where: { orgId_name_eventId: of }, select });
      if (count > 0) await this.fitting(tx, event, sending);
      return { event, repeated: count === 0 };
    });
  }

  /** A node begins to wait: answers an event that it is handed, or makes known that it waits. */
  await(wait: EventWait): Promise<{ event: NamedEvent | null }> {
    const { run, node, round = 0, name, key, schema } = wait;
    return this.db.$transaction(async (tx) => {
      await lock(tx, { org: run.org, name, key });
      const event = (await handed(tx, wait)) ?? (await this.hand(tx, wait));
      if (event) return { event };
      await tx.$executeRaw`
        INSERT INTO event_waits (run_id, node_key, round, org_id, name, key, schema)
        VALUES (${run.id}, ${node}, ${round}, ${run.org}, ${name}, ${storable(key)}, ${schema === undefined ? null : JSON.stringify(storable(schema))}::json)
        ON CONFLICT (run_id, node_key) DO UPDATE SET round = EXCLUDED.round, name = EXCLUDED.name, key = EXCLUDED.key, schema = EXCLUDED.schema
          WHERE event_waits.round < EXCLUDED.round`;
      return { event: null };
    });
  }

  /** The oldest that is for the wait and fits; that others before it do not fit is noted. */
  private async hand(tx: Tx, wait: EventWait): Promise<NamedEvent | undefined> {
    const { run, node, round = 0, name, key, schema } = wait;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT e.id, e.name, e.key, e.event_id, e.data, e.sent_at FROM sent_events e
      WHERE e.org_id = ${run.org} AND e.name = ${name} AND e.key = ${storable(key)} AND e.expires_at > now()
        AND NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.run_id = ${run.id}
          AND (d.status IN ${HAS} OR (d.node_key = ${node} AND (d.round = ${round} OR d.status = 'unfit'))))
        AND (e.sent_at >= (SELECT created_at FROM workflow_runs WHERE id = ${run.id})
          OR NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.status IN ${HAS}))
      ORDER BY e.id LIMIT ${LOOKED_THROUGH}`;
    for (const row of rows) {
      const fits = (await this.problems(run.org, schema, row.data)).length === 0;
      await tx.$executeRaw`
        INSERT INTO event_deliveries (event, run_id, node_key, round, status) VALUES (${row.id}, ${run.id}, ${node}, ${round}, ${fits ? 'handed' : 'unfit'})`;
      if (fits) return sentOf(row);
    }
    return undefined;
  }

  /** Makes the event due in each run that waits for it, does not have it and takes its data; answers in how many. */
  private async match(
    tx: Tx,
    event: bigint,
    { org, name, key, data }: Of & { data: Json },
  ): Promise<{ due: number; problems: SchemaProblem[] }> {
    const schemas = await tx.$queryRaw<{ schema: string }[]>`
      SELECT DISTINCT schema::text AS schema FROM event_waits WHERE org_id = ${org} AND name = ${name} AND key = ${storable(key)} AND schema IS NOT NULL`;
    const problems: SchemaProblem[] = [];
    const refusing: string[] = [];
    for (const { schema } of schemas) {
      const found = await this.problems(org, JSON.parse(schema) as JsonSchema, data);
      if (found.length > 0) refusing.push(schema);
      problems.push(...found);
    }
    const [{ due } = { due: 0n }] = await tx.$queryRaw<{ due: bigint }[]>`
      WITH made AS (
        INSERT INTO event_deliveries (event, run_id, node_key, round, status)
        SELECT DISTINCT ON (w.run_id) e.id, w.run_id, w.node_key, w.round,
          CASE WHEN w.schema::text = ANY(${refusing}::text[]) THEN 'unfit' ELSE 'due' END AS status
        FROM sent_events e JOIN event_waits w ON w.org_id = e.org_id AND w.name = e.name AND w.key = e.key
        WHERE e.id = ${event} AND e.expires_at > now()
          AND NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.run_id = w.run_id AND d.status IN ${HAS})
        ORDER BY w.run_id, status, w.node_key
        ON CONFLICT DO NOTHING RETURNING status
      ) SELECT count(*) FILTER (WHERE status = 'due') AS due FROM made`;
    return { due: Number(due), problems };
  }

  /** An event that all who wait refuse is not taken at all: its sender can mend it. */
  private async fitting(tx: Tx, event: bigint, sending: Sending): Promise<void> {
    const { due, problems } = await this.match(tx, event, sending);
    if (due === 0 && problems.length > 0)
      throw unfit('INPUT_INVALID', `the data does not fit what waits for event ${sending.name}`, '/data', problems);
  }

  private async problems(org: string, schema: JsonSchema | undefined, data: Json): Promise<SchemaProblem[]> {
    return schema === undefined ? [] : violations(schema, await this.values.hydrate(org, data));
  }

  /** Deliveries of one event that are to be made, or of any that nobody has tried since then. */
  async due(of: { event: bigint } | { before: Date }, limit: number): Promise<Due[]> {
    const which =
      'event' in of ? Prisma.sql`d.event = ${of.event}` : Prisma.sql`d.updated_at < ${of.before}::timestamptz`;
    const rows = await this.db.$queryRaw<(Omit<Due, 'sent'> & Row)[]>`
      SELECT e.org_id AS org, d.event, d.run_id, d.node_key, d.round, e.id, e.name, e.key, e.event_id, e.data, e.sent_at
      FROM event_deliveries d JOIN sent_events e ON e.id = d.event
      WHERE d.status = 'due' AND e.expires_at > now() AND ${which} ORDER BY d.updated_at, d.event, d.run_id LIMIT ${limit}`;
    return rows.map(({ org, event, run_id, node_key, round, ...row }) => ({
      ...{ org, event, run_id, node_key, round },
      sent: { ...sentOf(row), only_waiting: true },
    }));
  }

  /** The run has it; the wait that it was for is over. */
  delivered(due: Due): Promise<void> {
    return settle(this.db, due, 'delivered');
  }

  /** Nobody waited there any more. Whoever has begun to wait meanwhile is next: answers whether there is somebody. */
  missed(due: Due): Promise<boolean> {
    const { org, event, sent } = due;
    return this.db.$transaction(async (tx) => {
      await lock(tx, { org, ...sent });
      await settle(tx, due, 'missed');
      return (await this.match(tx, event, { org, ...sent })).due > 0;
    });
  }

  /** It could not be tried now; it is the last in line. */
  async postponed({ event, run_id, node_key, round }: Due): Promise<void> {
    await this.db.$executeRaw`
      UPDATE event_deliveries SET updated_at = now()
      WHERE event = ${event} AND run_id = ${run_id} AND node_key = ${node_key} AND round = ${round} AND status = 'due'`;
  }

  async fateOf(event: bigint): Promise<SentFate> {
    const runs = await this.db.$queryRaw<SentFate['runs']>`
      SELECT run_id, min(status) AS status FROM event_deliveries WHERE event = ${event} AND status <> 'missed'
      GROUP BY run_id ORDER BY run_id LIMIT ${MAX_TOLD_RUNS}`;
    const [counts] = await this.db.$queryRaw<Record<keyof SentFate['counts'], bigint>[]>`
      SELECT count(*) FILTER (WHERE status = 'due') AS due, count(*) FILTER (WHERE status IN ('delivered', 'handed')) AS delivered,
        count(*) FILTER (WHERE status = 'unfit') AS unfit
      FROM event_deliveries WHERE event = ${event}`;
    const row = await this.db.sentEvent.findUnique({ where: { id: event }, select: { expiresAt: true } });
    const { due, delivered, unfit: refused } = counts!;
    return {
      expires_at: (row?.expiresAt ?? new Date()).toISOString(),
      runs,
      counts: { due: Number(due), delivered: Number(delivered), unfit: Number(refused) },
    };
  }
}

interface Row {
  id: bigint;
  name: string;
  key: string;
  event_id: string;
  data: Json;
  sent_at: Date;
}
interface Of {
  org: string;
  name: string;
  key: string;
}

const sentOf = ({ name, key, event_id, data, sent_at }: Row): NamedEvent => ({
  ...{ name, key, data, id: event_id },
  sent_at: sent_at.toISOString(),
});

/** What an earlier attempt of the same call has handed over. */
async function handed(tx: Tx, { run, node, round = 0 }: EventWait): Promise<NamedEvent | undefined> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT e.id, e.name, e.key, e.event_id, e.data, e.sent_at FROM event_deliveries d JOIN sent_events e ON e.id = d.event
    WHERE d.run_id = ${run.id} AND d.node_key = ${node} AND d.round = ${round} AND d.status = 'handed' LIMIT 1`;
  return row && sentOf(row);
}

/** Who sends and who begins to wait come one after another. */
async function lock(tx: Tx, { org, name, key }: Of): Promise<void> {
  const of = JSON.stringify(['event', org, name, storable(key)]);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${of}, 0))`;
}

async function settle(tx: Tx, { event, run_id, node_key, round }: Due, status: 'delivered' | 'missed'): Promise<void> {
  await tx.$executeRaw`
    WITH over AS (DELETE FROM event_waits WHERE run_id = ${run_id} AND node_key = ${node_key} AND round = ${round})
    UPDATE event_deliveries SET status = ${status}, updated_at = now()
    WHERE event = ${event} AND run_id = ${run_id} AND node_key = ${node_key} AND round = ${round}`;
}

/** Removes events whose time is over; answers how many. */
export const removeExpiredEvents = (db: Db, now: Date, limit: number): Promise<number> => db.$executeRaw`
  WITH old AS (
    SELECT id FROM sent_events WHERE expires_at <= ${now}::timestamptz ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
  ) DELETE FROM sent_events e USING old WHERE e.id = old.id`;
