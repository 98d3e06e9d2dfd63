import type { Size } from './compress.js';

/** What of a bundler's chunk is looked at. */
export interface Chunk {
  fileName: string;
  isEntry: boolean;
  /** Files that it can't begin without. */
  imports: readonly string[];
  viteMetadata?: { importedCss: ReadonlySet<string> } | undefined;
}

/** The files without which the app's first screen does not come: what the page's script and all that it imports at once lead to. */
export function firstLoad(chunks: readonly Chunk[]): Set<string> {
  const known = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const add = (name: string): void => {
    const chunk = known.get(name);
    if (!chunk || found.has(name)) return;
    found.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const other of chunk.imports) add(other);
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) add(fileName);
  return found;
}

/** A table of the files, the largest first, with what is loaded at first marked and summed up. */
export function sizeTable(sizes: readonly Size[], first: ReadonlySet<string>): string {
  const shown = sizes.filter(({ file }) => !file.endsWith('.map')).sort((a, b) => b.gzip - a.gzip);
  const rows = shown.map((size) => row(`${first.has(size.file) ? '*' : ' '} ${size.file}`, size));
  const sum = (of: keyof Omit<Size, 'file'>, those: readonly Size[]) =>
    those.reduce((total, size) => total + size[of], 0);
  const total = (name: string, those: readonly Size[]) =>
    row(name, { plain: sum('plain', those), gzip: sum('gzip', those), brotli: sum('brotli', those) });
  return [
    `${'  file'.padEnd(NAME)}${['KiB', 'gzip', 'brotli'].map((title) => title.padStart(NUMBER)).join('')}`,
    ...rows,
    total(
      '* first load',
      shown.filter(({ file }) => first.has(file)),
    ),
    total('  all', shown),
  ].join('\n');
}

const NAME = 56;
const NUMBER = 10;
const row = (name: string, { plain, gzip, brotli }: Omit<Size, 'file'>): string =>
  `${name.padEnd(NAME)}${[plain, gzip, brotli].map((bytes) => (bytes / 1024).toFixed(1).padStart(NUMBER)).join('')}`;
