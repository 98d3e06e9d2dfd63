import { Prisma } from './db.js';
import { unseen } from './planner.js';
import type { Wanted } from './run-list.js';

/** The parts of a filter of runs, as conditions on `workflow_runs`. */

/** What a search text may be. */
export interface Text {
  q: string;
  /** What ids begin with, if it is the beginning of one. */
  id: string | undefined;
  /** The versions of workflows in whose name it is. */
  named: string[];
}

/** From the place on, as far back as is wanted; `id` names the column that breaks ties. */
export const after = ({ before, since }: Wanted, of: 'id' | 'run_id' = 'id'): Prisma.Sql => Prisma.sql`
  (created_at, ${Prisma.raw(of)}) < (${before.createdAt}::timestamptz, ${before.id}) ${since ? Prisma.sql`AND created_at >= ${since}::timestamptz` : Prisma.empty}`;

export const inOrder = (limit: number): Prisma.Sql =>
  Prisma.sql`ORDER BY created_at DESC, id DESC LIMIT ${unseen(limit)}`;

export const hasStatus = ({ status }: Wanted): Prisma.Sql =>
  status ? Prisma.sql`AND status = ANY(${status})` : Prisma.empty;

export const isAmong = (versions: string[] | undefined): Prisma.Sql =>
  versions ? Prisma.sql`AND workflow_id = ANY(${versions})` : Prisma.empty;

export const has = ({ q, id, named }: Text): Prisma.Sql => Prisma.sql`
  (workflow_id = ANY(${named}) OR strpos(starter, ${q}) > 0 ${id === undefined ? Prisma.empty : Prisma.sql`OR starts_with(id, ${id})`})`;

export const hasFields = ({ fields = [] }: Wanted): Prisma.Sql =>
  fields.length === 0
    ? Prisma.sql`TRUE`
    : Prisma.join(
        fields.map(([name, value]) => Prisma.sql`fields ->> ${name} = ${value}`),
        ' AND ',
      );
