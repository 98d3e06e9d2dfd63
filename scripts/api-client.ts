import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ANY_JSON, clientDocument, digestOf } from './client-document.js';
import { ROOT } from './dev/state.js';

/**
 * npm run api-client: writes the types of the web app's API client from the OpenAPI document. To be run after a change of an endpoint; a
 * test says so when it was not. Its first line names the document that it was made of.
 *
 * openapi-typescript needs TypeScript 5, which can't stand in one lockfile beside the TypeScript 7 that checks all else. So npm brings
 * both for this one run, in these versions, and it needs the npm registry or npm's cache.
 */
const FILE = 'web/src/lib/api/schema.d.ts';
const GENERATOR = ['typescript@5.9.3', 'openapi-typescript@7.13.0'].map((name) => `--package=${name}`);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const document = clientDocument();
const folder = await mkdtemp(path.join(tmpdir(), 'heddle-api-client-'));
try {
  const [from, to] = ['openapi.json', 'schema.d.ts'].map((name) => path.join(folder, name)) as [string, string];
  await writeFile(from, JSON.stringify(document));
  // With its default a field of a request may be left out; what an answer always has is required there by itself.
  const options = ['openapi-typescript', from, '-o', to, '--default-non-nullable=false'];
  run(npm, ['exec', '--yes', ...GENERATOR, '--', ...options], folder);
  const types = (await readFile(to, 'utf8')).replace(JSON.stringify(ANY_JSON), 'Json');
  const head = `// document: ${digestOf(document)}\nimport type { Json } from '../../../../core/json.js';\n`;
  await writeFile(path.join(ROOT, FILE), head + types);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(); // what the endpoints import keeps timers

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status === 0) return;
  console.error(`${FILE} was not written: ${error?.message ?? `${args.join(' ')} ended with ${status}`}`);
  process.exit(1);
}
