import { firstLoad, sizeTable } from './sizes.js';

const chunk = (fileName: string, imports: string[] = [], more: object = {}) => ({
  fileName,
  imports,
  isEntry: false,
  ...more,
});

test('what is loaded at first is the entry, what it imports at once, and their styles', () => {
  const css = (...names: string[]) => ({ viteMetadata: { importedCss: new Set(names) } });
  const chunks = [
    chunk('main.js', ['react.js', 'main.js'], { isEntry: true, ...css('main.css') }),
    chunk('react.js', ['shared.js']),
    chunk('shared.js', ['main.js'], css('shared.css')),
    chunk('builder.js', ['shared.js'], css('builder.css')),
  ];
  expect([...firstLoad(chunks)].sort()).toEqual(['main.css', 'main.js', 'react.js', 'shared.css', 'shared.js']);
});

test('the table has the largest first, sums up, and leaves source maps out', () => {
  const size = (file: string, kib: number) => ({ file, plain: kib * 4096, gzip: kib * 1024, brotli: kib * 512 });
  const lines = sizeTable([size('a.js', 1), size('b.js', 10), size('b.js.map', 99)], new Set(['a.js'])).split('\n');
  expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['file', 'KiB', 'gzip', 'brotli'],
    ['b.js', '40.0', '10.0', '5.0'],
    ['* a.js', '4.0', '1.0', '0.5'],
    ['* first load', '4.0', '1.0', '0.5'],
    ['all', '44.0', '11.0', '5.5'],
  ]);
});
