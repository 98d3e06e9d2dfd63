import { newId } from '../ids.js';
import type { Db, Prisma } from './db.js';
import type { HeldClaim } from './gate-rows.js';
import type { ToldClaim } from '../../core/events/gate-history.js';

export interface GateKey {
  orgId: string;
  run: string;
  node: string;
}
type Tx = Pick<Db, '$queryRaw' | 'gateClaim'>;

/** Of a gate's claims the newest so many are told. */
const MAX_TOLD = 1_000;

/**
 * Who works on which gate: a hint that others see, and that keeps them from deciding unless they say that they take over. The run knows
 * nothing of it.
 *
 * 1. A gate has one claim at a time. It holds while the gate is open, in the round in which it was made, until it expires or is ended.
 * 2. Rows are kept until their run goes: they are the gate's history.
 */
export class GateClaims {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /**
   * Claims an open gate; whoever holds it already holds it for longer. Answers the claim that holds now: another's, if there is one that is not
   * to be taken over. Undefined when the gate is not open.
   */
  async claim(
    key: GateKey,
    holder: string,
    { ms, takeOver }: { ms: number; takeOver: boolean },
  ): Promise<HeldClaim | undefined> {
    return this.db.$transaction(async (tx) => {
      const gate = await lockOpen(tx, key);
      if (!gate) return undefined;
      const held = await current(tx, key, gate);
      if (held && held.holder !== holder && !takeOver) return viewOf(held);
      const until = new Date(gate.now.getTime() + ms);
      if (held?.holder === holder)
        return viewOf(await tx.gateClaim.update({ where: { id: held.id }, data: { expiresAt: until } }));
      if (held) await end(tx, held.id, gate.now, holder, 'taken_over');
      const data = { id: newId('clm'), runId: key.run, nodeKey: key.node, orgId: key.orgId, round: gate.round };
      return viewOf(await tx.gateClaim.create({ data: { ...data, holder, claimedAt: gate.now, expiresAt: until } }));
    });
  }

  /** Ends the claim that holds, if one of these has it or it is taken over. Answers another's, which holds on. */
  async end(
    key: GateKey,
    by: readonly string[],
    { how, takeOver }: { how: 'released' | 'decided'; takeOver: boolean },
  ): Promise<HeldClaim | undefined> {
    return this.db.$transaction(async (tx) => {
      const gate = await lockOpen(tx, key);
      const held = gate && (await current(tx, key, gate));
      if (!gate || !held) return undefined;
      const own = by.includes(held.holder);
      if (!own && !takeOver) return viewOf(held);
      await end(tx, held.id, gate.now, by[0]!, own ? how : 'taken_over');
      return undefined;
    });
  }

  /** Oldest first. */
  async of({ orgId, run, node }: GateKey): Promise<ToldClaim[]> {
    const rows = await this.db.gateClaim.findMany({
      where: { runId: run, nodeKey: node, orgId },
      orderBy: { id: 'desc' },
      take: MAX_TOLD,
    });
    return rows.reverse().map((row) => ({
      ...{ round: row.round, holder: row.holder, ended_by: row.endedBy, ended: row.ended },
      ...{ claimed_at: row.claimedAt.toISOString(), expires_at: row.expiresAt.toISOString() },
      ended_at: row.endedAt?.toISOString() ?? null,
    }));
  }
}

/** The gate's row, which two claims at once wait for. */
async function lockOpen(tx: Tx, { orgId, run, node }: GateKey): Promise<{ round: number; now: Date } | undefined> {
  const [row] = await tx.$queryRaw<{ round: number; now: Date }[]>`
    SELECT round, now() AS now FROM gates WHERE run_id = ${run} AND node_key = ${node} AND org_id = ${orgId} AND status = 'open' FOR UPDATE`;
  return row;
}

/** One that has expired, or is of an earlier round, is ended here, so that it makes room. */
async function current(tx: Tx, { run, node }: GateKey, { round, now }: { round: number; now: Date }) {
  const held = await tx.gateClaim.findFirst({ where: { runId: run, nodeKey: node, endedAt: null } });
  if (!held || (held.round === round && held.expiresAt > now)) return held ?? undefined;
  await end(tx, held.id, held.expiresAt < now ? held.expiresAt : now, null, 'expired');
  return undefined;
}

const end = (tx: Tx, id: string, endedAt: Date, endedBy: string | null, ended: string) =>
  tx.gateClaim.update({ where: { id }, data: { endedAt, endedBy, ended } });

const viewOf = ({ holder, claimedAt, expiresAt }: Prisma.GateClaimGetPayload<object>): HeldClaim => ({
  holder,
  claimed_at: claimedAt.toISOString(),
  expires_at: expiresAt.toISOString(),
});
