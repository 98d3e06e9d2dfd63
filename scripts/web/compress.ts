import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Of one file of a build, in bytes. */
export interface Size {
  /** Below the folder, with slashes. */
  file: string;
  plain: number;
  gzip: number;
  brotli: number;
}

/** Fonts and pictures are compressed as they are, and source maps are read by few. */
const TEXT = /\.(js|css|svg|json|txt|webmanifest)$/;

/** Writes `.br` and `.gz` beside each file of text, as small as they get: it is done once and read often. Answers all files, by name. */
export async function compressAll(folder: string): Promise<Size[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map((file) => compress(folder, file)));
}

async function compress(folder: string, file: string): Promise<Size> {
  const content = await readFile(file);
  const size = { file: path.relative(folder, file).replaceAll(path.sep, '/'), plain: content.length };
  if (!TEXT.test(file)) return { ...size, gzip: content.length, brotli: content.length };
  const [gz, br] = await Promise.all([
    promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
    promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  ]);
  for (const [ending, bytes] of [
    ['.gz', gz],
    ['.br', br],
  ] as const)
    if (bytes.length < content.length) await writeFile(file + ending, bytes);
  return { ...size, gzip: Math.min(gz.length, content.length), brotli: Math.min(br.length, content.length) };
}
