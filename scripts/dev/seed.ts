import { createHash } from 'node:crypto';
import { ApiKeys } from '../../adapters/postgres/api-keys.js';
import { openDb } from '../../adapters/postgres/db.js';

export const DEV_ORG = 'org_dev';

/** The org that a developer works in, with one admin key. Doing it again changes nothing. */
export async function devOrg(databaseUrl: string, token: string): Promise<void> {
  const db = openDb(databaseUrl, 1);
  try {
    await db.org.createMany({ data: { id: DEV_ORG, name: 'dev' }, skipDuplicates: true });
    const tokenHash = createHash('sha256').update(token).digest('hex');
    if (!(await db.apiKey.findUnique({ where: { tokenHash } })))
      await new ApiKeys(db).create(DEV_ORG, { name: 'npm start', roles: ['admin'] }, token);
  } finally {
    await db.$disconnect();
  }
}
