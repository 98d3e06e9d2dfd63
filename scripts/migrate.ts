import { createMigration, deployMigrations, drift } from '../prisma/engine/migrations.mjs';

/** npm run migrate | migrate:new -- NAME | migrate:check, on DATABASE_URL. */
const url = process.env['DATABASE_URL'];
const [command = 'deploy', name] = process.argv.slice(2);
if (!url) throw new Error('set DATABASE_URL');
if (command === 'new') {
  if (!name) throw new Error('name the migration: npm run migrate:new -- NAME');
  console.log(`wrote prisma/migrations/${await createMigration(url, name)}`);
} else if (command === 'check') {
  const lines = await drift(url);
  for (const line of lines) console.error(line);
  console.log(lines.length === 0 ? 'schema, migrations and database agree' : `${lines.length} differences`);
  process.exitCode = lines.length === 0 ? 0 : 2;
} else {
  const applied = await deployMigrations(url);
  console.log(applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`);
}
// The engine leaves a timer of its lock running.
process.exit();
