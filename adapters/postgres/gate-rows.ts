import type { Json } from '../../core/json.js';
import { type Db, Prisma } from './db.js';
import type { GateStatus } from './gate-list.js';

export interface GateRow {
  run_id: string;
  node_key: string;
  /** Of its run, by name. */
  workflow: string;
  status: GateStatus;
  title: string;
  show: Json;
  /** Null: a policy says who decides. */
  role: string | null;
  /** How often it was asked before. */
  round: number;
  opened_at: string;
  due_at: string | null;
  decision: Json;
  closed_at: string | null;
  /** `sha256:<hex>` of what is shown; null of gates that were opened before it was kept. */
  evidence: string | null;
  form: Json;
  votes: Json;
  waits_for: string | null;
  /** Who works on it. */
  claim: HeldClaim | null;
  /** Whom an open gate with a policy is for. */
  addressees: string[];
}
export interface HeldClaim {
  holder: string;
  claimed_at: string;
  expires_at: string;
}

/** Of a claim `c` of a gate `g`: it holds. */
export const IS_HELD = Prisma.sql`c.ended_at IS NULL AND c.expires_at > now() AND g.status = 'open' AND c.round = g.round`;

/** What a search looks in, of a gate `g`; an index has just this. The org is a word like another, so that the index tells orgs apart. */
export const GATE_WORDS = Prisma.sql`(array_to_tsvector(ARRAY[g.org_id]) || to_tsvector('simple', g.title))`;

/** A search as PostgreSQL reads it: all words, of the last one its beginning; undefined when there is no word in it. */
export async function wordsOf(db: Db, orgId: string, text: string): Promise<string | undefined> {
  const [row] = await db.$queryRaw<{ org: string; words: string }[]>`
    SELECT array_to_tsvector(ARRAY[${orgId}])::text AS org, plainto_tsquery('simple', ${text})::text AS words`;
  return row!.words === '' ? undefined : `${row!.org} & ${row!.words}:*`;
}

/** Of a gate `g` with the claim `c` that holds, if there is one. */
export const GATE_COLUMNS = Prisma.sql`
  g.run_id, g.node_key, g.workflow, g.status, g.title, g.show_json AS show, g.role, g.round, g.opened_at, g.decision, g.closed_at,
  g.evidence, g.form, g.due_at, g.votes, g.waits_for, c.holder, c.claimed_at, c.expires_at,
  ARRAY(SELECT a.addressee FROM gate_addressees a WHERE a.run_id = g.run_id AND a.node_key = g.node_key ORDER BY 1) AS addressees`;
export const WITH_CLAIM = Prisma.sql`LEFT JOIN gate_claims c ON c.run_id = g.run_id AND c.node_key = g.node_key AND ${IS_HELD}`;

export type RawGate = Omit<GateRow, 'role' | 'opened_at' | 'due_at' | 'closed_at' | 'claim'> & {
  role: string;
  opened_at: Date;
  due_at: Date | null;
  closed_at: Date | null;
  holder: string | null;
  claimed_at: Date | null;
  expires_at: Date | null;
};

export const gateOf = ({ holder, claimed_at, expires_at, ...row }: RawGate): GateRow => ({
  ...row,
  role: row.role || null,
  opened_at: row.opened_at.toISOString(),
  due_at: row.due_at?.toISOString() ?? null,
  closed_at: row.closed_at?.toISOString() ?? null,
  claim:
    holder === null ? null : { holder, claimed_at: claimed_at!.toISOString(), expires_at: expires_at!.toISOString() },
});
