import pg from 'pg';
import { type Db, Prisma } from '../../adapters/postgres/db.js';

/** A database handle that remembers the raw queries that go through it. */
export function remembering(db: Db): { db: Db; queries: Prisma.Sql[] } {
  const queries: Prisma.Sql[] = [];
  const ask = (strings: TemplateStringsArray, ...values: unknown[]) => {
    queries.push(Prisma.sql(strings, ...values));
    return db.$queryRaw(strings, ...values);
  };
  return {
    queries,
    db: new Proxy(db, { get: (target, name) => (name === '$queryRaw' ? ask : Reflect.get(target, name)) }),
  };
}

export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** Every step of the plan by which PostgreSQL answers the query; it is carried out to be counted. */
export async function planOf(url: string, { text, values }: Prisma.Sql): Promise<PlanNode[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    );
    return stepsOf(rows[0]!['QUERY PLAN'][0]!.Plan);
  } finally {
    await client.end();
  }
}

const stepsOf = (step: PlanNode): PlanNode[] => [step, ...(step.Plans ?? []).flatMap(stepsOf)];

/** Rows that a step looked at, in all its loops. */
export const seenBy = (step: PlanNode): number =>
  step['Actual Loops'] *
  (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Index Recheck'] ?? 0));
