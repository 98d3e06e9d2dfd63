import type { EventWait, NamedEvent } from '../../core/contract/named-events.js';
import type { Json } from '../../core/json.js';
import { MAX_TOLD_RUNS } from '../../core/limits.js';
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
  runs: { run_id: string; status: 'due' | 'delivered' | 'handed' }[];
  counts: { due: number; delivered: number };
}

/** Statuses of a delivery by which its run has the event, or gets it. */
const HAS = Prisma.sql`('due', 'delivered', 'handed')`;

type Tx = Pick<Db, '$executeRaw' | '$queryRaw'>;
type Of = Pick<Sending, 'org' | 'name' | 'key'>;

/**
 * Events that are sent to whoever waits, and who waits. What holds:
 * 1. Who sends and who begins to wait take the lock of the event's name and key, so one of them sees the other: no event falls between.
 * 2. A wait that begins is handed the oldest event that nobody has, or that was sent since its run was accepted and which its run has not.
 * 3. A run has an event once, whichever of its nodes waits. To do any of it again changes nothing.
 */
export class SentEvents {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Writes the event, and for each run that waits that it is due there; one of the same name and id that is kept still is the same. */
  send(
    { org, name, key, id, data, sender, ttl_ms }: Sending,
    now = new Date(),
  ): Promise<{ event: bigint; repeated: boolean }> {
    const expiresAt = new Date(now.getTime() + ttl_ms);
    return this.db.$transaction(async (tx) => {
      await lock(tx, { org, name, key });
      const of = { orgId: org, name, eventId: id };
      await tx.sentEvent.deleteMany({ where: { ...of, expiresAt: { lte: now } } });
      const row = { ...of, key, data: required(data), sender, sentAt: now, expiresAt };
      const { count } = await tx.sentEvent.createMany({ skipDuplicates: true, data: row });
      const { id: event } = await tx.sentEvent.findUniqueOrThrow({
        where: { orgId_name_eventId: of },
        select: { id: true },
      });
      if (count > 0) await match(tx, event);
      return { event, repeated: count === 0 };
    });
  }

  /** A node begins to wait: answers an event that it is handed, or makes known that it waits. */
  await({ run, node, round = 0, name, key }: EventWait): Promise<{ event: NamedEvent | null }> {
    return this.db.$transaction(async (tx) => {
      await lock(tx, { org: run.org, name, key });
      const handed =
        (await this.handed(tx, run.id, node, round)) ?? (await this.hand(tx, { run, node, round, name, key }));
      if (handed !== undefined) return { event: await eventOf(tx, handed) };
      await tx.$executeRaw`
        INSERT INTO event_waits (run_id, node_key, round, org_id, name, key) VALUES (${run.id}, ${node}, ${round}, ${run.org}, ${name}, ${storable(key)})
        ON CONFLICT (run_id, node_key) DO UPDATE SET round = EXCLUDED.round, name = EXCLUDED.name, key = EXCLUDED.key
          WHERE event_waits.round < EXCLUDED.round`;
      return { event: null };
    });
  }

  /** What an earlier attempt of the same call has handed over. */
  private async handed(tx: Tx, runId: string, node: string, round: number): Promise<bigint | undefined> {
    const [row] = await tx.$queryRaw<{ event: bigint }[]>`
      SELECT event FROM event_deliveries WHERE run_id = ${runId} AND node_key = ${node} AND round = ${round} AND status = 'handed' LIMIT 1`;
    return row?.event;
  }

  private async hand(tx: Tx, { run, node, round, name, key }: Required<EventWait>): Promise<bigint | undefined> {
    const [row] = await tx.$queryRaw<{ event: bigint }[]>`
      INSERT INTO event_deliveries (event, run_id, node_key, round, status)
      SELECT e.id, ${run.id}, ${node}, ${round}, 'handed' FROM sent_events e
      WHERE e.org_id = ${run.org} AND e.name = ${name} AND e.key = ${storable(key)} AND e.expires_at > now()
        AND NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.run_id = ${run.id} AND d.status IN ${HAS})
        AND (e.sent_at >= (SELECT created_at FROM workflow_runs WHERE id = ${run.id})
          OR NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.status IN ${HAS}))
      ORDER BY e.id LIMIT 1
      ON CONFLICT DO NOTHING RETURNING event`;
    return row?.event;
  }

  /** Deliveries of one event that are to be made, or of any that nobody has tried since then. */
  async due(of: { event: bigint } | { before: Date }, limit: number): Promise<Due[]> {
    const which =
      'event' in of ? Prisma.sql`d.event = ${of.event}` : Prisma.sql`d.updated_at < ${of.before}::timestamptz`;
    const rows = await this.db.$queryRaw<(Omit<Due, 'sent'> & Row)[]>`
      SELECT d.event, d.run_id, d.node_key, d.round, e.name, e.key, e.event_id, e.data, e.sent_at
      FROM event_deliveries d JOIN sent_events e ON e.id = d.event
      WHERE d.status = 'due' AND e.expires_at > now() AND ${which} ORDER BY d.updated_at, d.event, d.run_id LIMIT ${limit}`;
    return rows.map(({ event, run_id, node_key, round, ...row }) => ({
      ...{ event, run_id, node_key, round },
      sent: { ...sentOf(row), only_waiting: true },
    }));
  }

  /** The run has it; the wait that it was for is over. */
  async delivered(due: Due): Promise<void> {
    await this.db.$transaction(async (tx) => settle(tx, due, 'delivered'));
  }

  /** Nobody waited there any more. Whoever has begun to wait meanwhile is next: answers whether there is somebody. */
  missed(due: Due, org: string): Promise<boolean> {
    return this.db.$transaction(async (tx) => {
      await lock(tx, { org, name: due.sent.name, key: due.sent.key });
      await settle(tx, due, 'missed');
      return (await match(tx, due.event)) > 0;
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
      SELECT run_id, min(status) AS status FROM event_deliveries WHERE event = ${event} AND status IN ${HAS}
      GROUP BY run_id ORDER BY run_id LIMIT ${MAX_TOLD_RUNS}`;
    const [counts] = await this.db.$queryRaw<{ due: bigint; delivered: bigint }[]>`
      SELECT count(*) FILTER (WHERE status = 'due') AS due, count(*) FILTER (WHERE status IN ('delivered', 'handed')) AS delivered
      FROM event_deliveries WHERE event = ${event}`;
    const row = await this.db.sentEvent.findUnique({ where: { id: event }, select: { expiresAt: true } });
    return {
      expires_at: (row?.expiresAt ?? new Date()).toISOString(),
      runs,
      counts: { due: Number(counts!.due), delivered: Number(counts!.delivered) },
    };
  }

  async orgOf(event: bigint): Promise<string | undefined> {
    return (await this.db.sentEvent.findUnique({ where: { id: event }, select: { orgId: true } }))?.orgId;
  }

  /** Removes events whose time is over; answers how many. */
  removeExpired(now: Date, limit: number): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT id FROM sent_events WHERE expires_at <= ${now}::timestamptz ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) DELETE FROM sent_events e USING old WHERE e.id = old.id`;
  }
}

interface Row {
  name: string;
  key: string;
  event_id: string;
  data: Json;
  sent_at: Date;
}

const sentOf = ({ name, key, event_id, data, sent_at }: Row): NamedEvent => ({
  ...{ name, key, data, id: event_id },
  sent_at: sent_at.toISOString(),
});

async function eventOf(tx: Tx, id: bigint): Promise<NamedEvent> {
  const [row] = await tx.$queryRaw<Row[]>`SELECT name, key, event_id, data, sent_at FROM sent_events WHERE id = ${id}`;
  return sentOf(row!);
}

/** Who sends and who begins to wait come one after another. */
async function lock(tx: Tx, { org, name, key }: Of): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`event ${org} ${name} ${storable(key) as string}`}, 0))`;
}

/** Makes the event due in each run that waits for it and does not have it; answers in how many. */
function match(tx: Tx, event: bigint): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO event_deliveries (event, run_id, node_key, round, status)
    SELECT DISTINCT ON (w.run_id) e.id, w.run_id, w.node_key, w.round, 'due'
    FROM sent_events e JOIN event_waits w ON w.org_id = e.org_id AND w.name = e.name AND w.key = e.key
    WHERE e.id = ${event} AND e.expires_at > now()
      AND NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.event = e.id AND d.run_id = w.run_id AND d.status IN ${HAS})
    ORDER BY w.run_id, w.node_key
    ON CONFLICT DO NOTHING`;
}

async function settle(tx: Tx, { event, run_id, node_key, round }: Due, status: 'delivered' | 'missed'): Promise<void> {
  await tx.$executeRaw`
    WITH over AS (DELETE FROM event_waits WHERE run_id = ${run_id} AND node_key = ${node_key} AND round = ${round})
    UPDATE event_deliveries SET status = ${status}, updated_at = now()
    WHERE event = ${event} AND run_id = ${run_id} AND node_key = ${node_key} AND round = ${round}`;
}
