import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the web app is made of, below the checkout. A change of any of it makes it be built anew. */
const FOLDERS = ['web', 'core', 'scripts/web'];
const FILES = ['scripts/build-web.ts', 'package-lock.json', 'tsconfig.json'];
const NO_SOURCE = /^(web\/dist|web\/docs)(\/|$)|\.test\.tsx?$/;

/** Where a build says what it was made of. */
export const STAMP = '.stamp';

/** SHA-256, hex, of all that the web app is built from. */
export function sourceHash(root: string): string {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')),
  );
  const hash = createHash('sha256');
  for (const file of [...below, ...FILES].filter((name) => !NO_SOURCE.test(name)).sort())
    hash.update(`${file}\n`).update(
      createHash('sha256')
        .update(readFileSync(path.join(root, file)))
        .digest(),
    );
  return hash.digest('hex');
}

/** What the build that is there was made of; undefined when there is none. */
export function builtFrom(dist: string): string | undefined {
  try {
    return readFileSync(path.join(dist, STAMP), 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw err;
  }
}
