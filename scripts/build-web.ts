import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './dev/state.js';
import { WEB_DIST } from './web/build.js';
import { compressAll } from './web/compress.js';
import { type Chunk, firstLoad, sizeTable } from './web/sizes.js';
import { sourceHash, STAMP } from './web/stamp.js';

/**
 * npm run build:web: builds the web app into web/dist and prints how large it is. The folder is made elsewhere and put there at once, so that an API
 * which serves it never sees half of one, and two builds at a time do not mix.
 */
process.env['NODE_ENV'] ??= 'production'; // whatever reads it while Vite is loaded
const { build } = await import('vite');
const making = path.join(ROOT, `.heddle/web-${process.pid}`);
const before = `${making}-before`;
try {
  const hash = sourceHash(ROOT);
  const built = await build({
    configFile: path.join(ROOT, 'web/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: making, emptyOutDir: true },
  });
  const sizes = await compressAll(making);
  await writeFile(path.join(making, STAMP), hash);
  await mkdir(path.dirname(making), { recursive: true });
  await rename(WEB_DIST, before).catch((err: NodeJS.ErrnoException) => {
    if (err.code !== 'ENOENT') throw err; // the first build
  });
  await rename(making, WEB_DIST);
  const outputs = (Array.isArray(built) ? built : 'output' in built ? [built] : []).flatMap(({ output }) => output);
  const chunks: Chunk[] = outputs.filter((each) => each.type === 'chunk');
  console.log(sizeTable(sizes, firstLoad(chunks)));
} finally {
  for (const folder of [making, before]) await rm(folder, { recursive: true, force: true });
}
