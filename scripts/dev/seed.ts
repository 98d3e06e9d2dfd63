import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiKeys, newToken } from '../../adapters/postgres/api-keys.js';
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

/** Kept from start to start, so that a terminal's HEDDLE_TOKEN stays good. */
export async function devToken(home: string): Promise<string> {
  const file = path.join(home, 'token');
  const known = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENOENT') return undefined;
    throw err;
  });
  if (known) return known.trim();
  const token = newToken();
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}
