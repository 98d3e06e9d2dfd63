import { createHash } from 'node:crypto';
import { canonical } from '../../core/canonical.js';
import type { Decision, EngineActivities, GateNote, GateOpening, RunRef } from '../../core/contract/work.js';
import { personsOf } from '../../core/engine/kinds/quorum.js';
import type { Json } from '../../core/json.js';
import { column, type Db, Prisma, required, storable } from './db.js';
import { hookEvent } from '../../core/events/hook-event.js';
import { queueDeliveries } from './webhook-deliveries.js';
import {
  BY_POLICY,
  candidates,
  type GateFilter,
  type GatePlace,
  inOrder,
  inReverse,
  type WantedGates,
} from './gate-list.js';
import { GATE_COLUMNS, gateOf, type GateRow, type RawGate, WITH_CLAIM, wordsOf } from './gate-rows.js';
import { queueNotices } from './gate-notices.js';

export type { GateFilter, GatePlace, GateRight, GateSort } from './gate-list.js';
export type { GateRow } from './gate-rows.js';

type GateClosing = Parameters<EngineActivities['close_gate']>[0];

/** The inbox. Rows follow the workflow, which alone decides; writing one again changes nothing. Webhooks are told in the same transaction. */
export class Gates {
  private readonly db: Db;
  private readonly mails: boolean;

  /** `mails`: people are told by mail (gate-notices.ts). */
  constructor(db: Db, { mails = false }: { mails?: boolean } = {}) {
    this.db = db;
    this.mails = mails;
  }

  /** Answers the hash of what is shown; a decision names it. The first writing of a round counts. */
  async open(gate: GateOpening): Promise<{ evidence: string }> {
    const { run, node, round = 0, title, show, role, addressees, due_at, form } = gate;
    const evidence = evidenceOf(gate);
    const data = {
      ...{ title, showJson: required(show), role: addressees ? BY_POLICY : role, round, evidence, status: 'open' },
      ...{ form: column((form ?? null) as Json), dueAt: due_at === undefined ? null : new Date(due_at), votes: [] },
      ...{ dueKey: due_at === undefined ? END_OF_TIME : new Date(due_at), workflow: run.workflow },
    };
    const asked = {
      title,
      show,
      role,
      ...(addressees ? { addressees } : {}),
      ...(due_at === undefined ? {} : { due_at }),
      ...(form === undefined ? {} : { form: form as Json }),
    };
    const at = new Date().toISOString();
    const event = hookEvent(run, { type: 'gate.opened', at, node_key: node, gate: asked }, round);
    await this.db.$transaction(async (tx) => {
      const key = { runId: run.id, nodeKey: node };
      await tx.gate.createMany({ skipDuplicates: true, data: { ...key, orgId: run.org, ...data } });
      if (round > 0) await askAgain(tx, key, data);
      await address(tx, { run, node, round }, addressees);
      if (this.mails) await queueNotices(tx, { run, node, round, kind: 'opened' });
      await queueDeliveries(tx, run.org, [event]);
    });
    return { evidence };
  }

  /** News may come in another order than they were sent; votes only grow. */
  async note({ run, node, round = 0, votes, waits_for, addressees, told }: GateNote): Promise<void> {
    await this.db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE gates SET votes = ${JSON.stringify(storable(votes as unknown as Json))}::jsonb, waits_for = ${waits_for}
        WHERE run_id = ${run.id} AND node_key = ${node} AND round = ${round} AND status = 'open' AND jsonb_array_length(votes) <= ${votes.length}`;
      await address(tx, { run, node, round }, addressees);
      await remember(tx, { run, node, round }, votes);
      if (!this.mails || !told) return;
      const to = told.as === 'escalation' && addressees ? { addressees } : {};
      await queueNotices(tx, { run, node, round, kind: `${told.as} ${told.at}`, ...to });
    });
  }

  async close({ run, node, round = 0, decision }: GateClosing): Promise<void> {
    const key = { runId: run.id, nodeKey: node };
    const json = decision as unknown as Json;
    const at = new Date().toISOString(); // a decision by signal may name any time
    const told = decision ? [hookEvent(run, { type: 'gate.decided', at, node_key: node, decision: json }, round)] : [];
    await this.db.$transaction(async (tx) => {
      await tx.gate.updateMany({
        where: { ...key, round, status: 'open' },
        data: {
          status: decision ? 'decided' : 'closed',
          decision: column(json),
          closedAt: new Date(),
          waitsFor: null,
        },
      });
      await tx.gateAddressee.deleteMany({ where: { ...key, gate: { status: { not: 'open' } } } });
      if (decision) await remember(tx, { run, node, round }, [decision]);
      await queueDeliveries(tx, run.org, told);
    });
  }

  /** The gate's last asking that the inbox has, from 0, and whether it waits there; undefined: the inbox does not have it yet. */
  async asked(run: string, node: string): Promise<{ round: number; isOpen: boolean } | undefined> {
    const found = await this.db.gate.findUnique({
      where: { runId_nodeKey: { runId: run, nodeKey: node } },
      select: { round: true, status: true },
    });
    return found ? { round: found.round, isOpen: found.status === 'open' } : undefined;
  }

  async find(orgId: string, run: string, node: string): Promise<GateRow | undefined> {
    const [row] = await this.db.$queryRaw<RawGate[]>`
      SELECT ${GATE_COLUMNS} FROM gates g ${WITH_CLAIM} WHERE g.run_id = ${run} AND g.node_key = ${node} AND g.org_id = ${orgId}`;
    return row && gateOf(row);
  }

  /** A page of gates that fit, and the place after which the next begins; undefined when there is none. A page may hold less than its limit. */
  async list({
    q,
    ...wanted
  }: WantedGates & { q?: string | undefined }): Promise<{ items: GateRow[]; next: GatePlace | undefined }> {
    if (q === undefined) return this.page(wanted, false);
    const words = await wordsOf(this.db, wanted.orgId, q);
    if (words === undefined) return { items: [], next: undefined };
    const asked = { ...wanted, filter: { ...wanted.filter, words } };
    // What many titles have fills a page out of the next few; only what few have is worth the index of words.
    const near = await this.page(asked, false);
    return near.items.length === wanted.limit || !near.next ? near : this.page(asked, true);
  }

  private async page(
    wanted: WantedGates,
    byWords: boolean,
  ): Promise<{ items: GateRow[]; next: GatePlace | undefined }> {
    const { sort, limit } = wanted;
    const { sql, most } = candidates({ ...wanted, limit: limit + 1 }, byWords);
    const rows = await this.db.$queryRaw<(RawGate & Edge)[]>`
      ${sql}, edge AS (SELECT (count(*) OVER ())::int AS looked_at, at AS edge_at, run_id AS edge_run, node_key AS edge_node FROM looked ${inReverse(sort)} LIMIT 1)
      SELECT edge.*, fit.at, ${GATE_COLUMNS}
      FROM edge LEFT JOIN fit ON true LEFT JOIN gates g ON g.run_id = fit.run_id AND g.node_key = fit.node_key ${WITH_CLAIM}
      ${inOrder(sort)}`;
    const found = rows.filter(({ at }) => at !== null);
    const items = found.slice(0, limit);
    return {
      items: items.map(({ at: _at, looked_at: _l, edge_at: _a, edge_run: _r, edge_node: _n, ...row }) => gateOf(row)),
      next: nextOf(rows[0], found.length > limit ? items.at(-1) : undefined, most),
    };
  }

  /** How many fit, up to `most`. */
  async count(orgId: string, filter: GateFilter, most: number): Promise<number> {
    const sort = filter.dueBefore ? 'due' : 'oldest';
    const { sql } = candidates({ orgId, filter, sort, limit: most }, false);
    const [row] = await this.db.$queryRaw<{ n: number }[]>`${sql} SELECT count(*)::int AS n FROM fit`;
    return row!.n;
  }
}

/** Where the looking ended. */
interface Edge {
  looked_at: number;
  edge_at: Date;
  edge_run: string;
  edge_node: string;
  /** Null: nothing fits. */
  at: Date | null;
}

/** After the last that is shown, when more were found; or where the looking was cut off. */
function nextOf(edge: Edge | undefined, last: (RawGate & Edge) | undefined, most: number): GatePlace | undefined {
  if (last) return { at: last.at!, runId: last.run_id, nodeKey: last.node_key };
  return edge && edge.looked_at === most
    ? { at: edge.edge_at, runId: edge.edge_run, nodeKey: edge.edge_node }
    : undefined;
}

const END_OF_TIME = new Date('9999-12-31T23:59:59.999Z');

/** Of another round nothing is left: who decided the one before is in its run's events. */
async function askAgain(
  tx: Pick<Db, 'gate' | 'gateVoter'>,
  key: { runId: string; nodeKey: string },
  data: { round: number } & Prisma.GateUncheckedUpdateManyInput,
): Promise<void> {
  const again = await tx.gate.updateMany({
    where: { ...key, round: { lt: data.round } },
    data: { ...data, openedAt: new Date(), decision: Prisma.DbNull, closedAt: null, waitsFor: null },
  });
  if (again.count > 0) await tx.gateVoter.deleteMany({ where: key });
}

/** Who has a part in these decisions. */
async function remember(
  tx: Pick<Db, '$executeRaw'>,
  { run, node, round }: { run: RunRef; node: string; round: number },
  votes: readonly Decision[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO gate_voters (run_id, node_key, person, org_id, opened_at, due_key)
    SELECT g.run_id, g.node_key, p, g.org_id, g.opened_at, g.due_key FROM gates g, unnest(${votes.flatMap(personsOf).map((each) => storable(each) as string)}::text[]) p
    WHERE g.run_id = ${run.id} AND g.node_key = ${node} AND g.round = ${round}
    ON CONFLICT DO NOTHING`;
}

/** Puts an open gate into inboxes. */
async function address(
  tx: Pick<Db, '$executeRaw'>,
  { run, node, round }: { run: RunRef; node: string; round: number },
  addressees: string[] = [],
): Promise<void> {
  if (addressees.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO gate_addressees (run_id, node_key, addressee, org_id, opened_at, due_key)
    SELECT g.run_id, g.node_key, a, g.org_id, g.opened_at, g.due_key FROM gates g, unnest(${addressees}::text[]) a
    WHERE g.run_id = ${run.id} AND g.node_key = ${node} AND g.round = ${round} AND g.status = 'open'
    ON CONFLICT DO NOTHING`;
}

/** `sha256:<hex>` over what people see, in RFC 8785's order of names. */
export function evidenceOf({ title, show, form }: Pick<GateOpening, 'title' | 'show' | 'form'>): string {
  const shown = canonical({ title, show, form: (form ?? null) as Json });
  return `sha256:${createHash('sha256').update(shown).digest('hex')}`;
}
