import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressAll } from './compress.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heddle-compress-'))));
afterEach(() => rm(folder, { recursive: true }));

test('text gets smaller files beside it that hold the same; what would not is left alone', async () => {
  const script = 'over and under; '.repeat(200);
  const font = randomBytes(500);
  await mkdir(path.join(folder, 'assets'));
  for (const [name, content] of Object.entries({
    'assets/a.js': script,
    'assets/f.woff2': font,
    'tiny.svg': '<svg/>',
    'a.js.map': '{}',
  }))
    await writeFile(path.join(folder, name), content);
  const sizes = await compressAll(folder);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(
    ['a.js.map', 'assets', 'assets/a.js', 'assets/a.js.br', 'assets/a.js.gz', 'assets/f.woff2', 'tiny.svg'].map(
      (name) => path.normalize(name),
    ),
  );
  const beside = (ending: string) => readFile(path.join(folder, `assets/a.js.${ending}`));
  expect([String(brotliDecompressSync(await beside('br'))), String(gunzipSync(await beside('gz')))]).toEqual([
    script,
    script,
  ]);
  expect(sizes.find(({ file }) => file === 'assets/a.js')).toEqual({
    ...{ file: 'assets/a.js', plain: script.length },
    ...{ gzip: (await beside('gz')).length, brotli: (await beside('br')).length },
  });
  expect(sizes.find(({ file }) => file === 'assets/f.woff2')).toMatchObject({ plain: 500, gzip: 500, brotli: 500 });
});
