import { Prisma } from './db.js';

/**
 * For LIMIT: the planner does not see how many are wanted, so it reckons with a tenth of what there is and reads in the index's order. Where it thinks
 * there are few it would collect and sort them all, and it can be wrong about that: it knows averages.
 */
export const unseen = (limit: number): Prisma.Sql => Prisma.sql`(SELECT ${limit}::int)`;
