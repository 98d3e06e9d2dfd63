import { runStatus } from '../../core/contract/views.js';
import { Prisma } from './db.js';
import { unseen } from './planner.js';
import type { Wanted } from './run-list.js';

/** Runs of these versions: merged out of one group a version and status. */
export function ofVersions(versions: string[], page: Wanted): Prisma.Sql {
  const groups = Prisma.sql`
    SELECT k.key, s.status FROM unnest(${versions}::text[]) AS k(key) CROSS JOIN unnest(${statuses(page)}::text[]) AS s(status)`;
  return pageOf(groups, page, (group) => Prisma.sql`r.workflow_id = ${group}.key AND r.status = ${group}.status`);
}

/** Whose runs: each has an index that begins with it and goes on with starter, status and the list's order. */
export type Scope = 'org_id' | 'workflow_id';

/**
 * Runs within a scope whose starter has the text in it: merged out of one group a key, starter and status. Which starters there are is found
 * by jumping through the index from one to the next: a read each, however many runs they started.
 */
export function ofStarters(scope: Scope, keys: string[], text: string, page: Wanted): Prisma.Sql {
  const column = Prisma.raw(`r.${scope}`);
  const groups = Prisma.sql`
    WITH RECURSIVE starters AS (
      SELECT k.key, first.starter FROM unnest(${keys}::text[]) AS k(key) CROSS JOIN LATERAL (
        SELECT r.starter FROM workflow_runs r WHERE ${column} = k.key ORDER BY r.starter LIMIT 1
      ) first
      UNION ALL
      SELECT p.key, next.starter FROM starters p CROSS JOIN LATERAL (
        SELECT r.starter FROM workflow_runs r WHERE ${column} = p.key AND r.starter > p.starter ORDER BY r.starter LIMIT 1
      ) next
    )
    SELECT p.key, p.starter, s.status FROM starters p CROSS JOIN unnest(${statuses(page)}::text[]) AS s(status)
    WHERE strpos(p.starter, ${text}) > 0`;
  return pageOf(
    groups,
    page,
    (group) => Prisma.sql`${column} = ${group}.key AND r.starter = ${group}.starter AND r.status = ${group}.status`,
  );
}

const statuses = ({ status }: Wanted): readonly string[] => status ?? runStatus.options;

/**
 * A page out of groups, each of which an index gives in the list's order. A page of n rows has rows of at most n groups, and these are the
 * n whose newest row is newest: so of each group one row is read, and n of n groups.
 */
function pageOf(
  groups: Prisma.Sql,
  { limit, before, since }: Wanted,
  of: (group: Prisma.Sql) => Prisma.Sql,
): Prisma.Sql {
  const rows = (group: string, count: number) => Prisma.sql`
    SELECT r.created_at, r.id FROM workflow_runs r
    WHERE ${of(Prisma.raw(group))} AND (r.created_at, r.id) < (${before.createdAt}::timestamptz, ${before.id})
      ${since ? Prisma.sql`AND r.created_at >= ${since}::timestamptz` : Prisma.empty}
    ORDER BY r.created_at DESC, r.id DESC LIMIT ${unseen(count)}`;
  return Prisma.sql`
    (WITH newest AS (
      SELECT g.* FROM (${groups}) g CROSS JOIN LATERAL (${rows('g', 1)}) top ORDER BY top.created_at DESC, top.id DESC LIMIT ${limit}
    ) SELECT each.created_at, each.id FROM newest n CROSS JOIN LATERAL (${rows('n', limit)}) each
    ORDER BY each.created_at DESC, each.id DESC LIMIT ${limit})`;
}
