import { ApiKeys } from '../adapters/postgres/api-keys.js';
import { isUniqueViolation, openDb } from '../adapters/postgres/db.js';
import { newId } from '../adapters/ids.js';

/** npm run org -- create NAME: an org with its first admin key, on DATABASE_URL. The key is shown this once. */
const [command, name] = process.argv.slice(2);
const url = process.env['DATABASE_URL'];
if (command !== 'create' || !name || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
  console.error('usage: npm run org -- create NAME   (lower case letters, digits and -)');
  process.exit(2);
}
if (!url) {
  console.error('set DATABASE_URL');
  process.exit(2);
}
const db = openDb(url, 1);
try {
  const org = await db.org.create({ data: { id: newId('org'), name } });
  const { token } = await new ApiKeys(db).create(org.id, { name: 'first admin', roles: ['admin'] });
  console.log(JSON.stringify({ org: org.id, name, token }));
} catch (err) {
  if (!isUniqueViolation(err)) throw err;
  console.error(`there is an org ${name} already`);
  process.exitCode = 1;
} finally {
  await db.$disconnect();
}
