import { createHash, randomBytes } from 'node:crypto';
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
      await new ApiKeys(db).create(DEV_ORG, { name: 'npm start', person: 'user:dev', roles: ['admin'] }, token);
  } finally {
    await db.$disconnect();
  }
}

/** Kept from start to start, so that a terminal's HEDDLE_TOKEN stays good. */
export const devToken = (home: string): Promise<string> => keptIn(path.join(home, 'token'), newToken);

/** Kept too: what it has encrypted in the database stays there. */
export const devSecretKeys = (home: string): Promise<string> =>
  keptIn(path.join(home, 'secret-keys'), () => `dev:${randomBytes(32).toString('base64')}`);

/** Kept, so that runs which began before know it. */
export const devActorKeys = (home: string): Promise<string> =>
  keptIn(path.join(home, 'actor-keys'), () => `dev:${randomBytes(32).toString('base64')}`);

async function keptIn(file: string, make: () => string): Promise<string> {
  const known = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENOENT') return undefined;
    throw err;
  });
  if (known) return known.trim();
  const fresh = make();
  await writeFile(file, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}
