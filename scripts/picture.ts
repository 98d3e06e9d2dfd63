import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** Draws what a terminal showed as an SVG: `npm start -- --detach | npx tsx scripts/picture.ts docs/images/start.svg`. */
const file = process.argv[2];
if (!file) throw new Error('name the file to write');

const SIZE = 14;
const LEAD = 20;
const PAD = 24;
const COLOURS: [RegExp, string][] = [
  [/✓/, '#7ee2a8'],
  [/✗/, '#ff8f8f'],
  [/▸|━/, '#8ab8ff'],
  [/‖|┄/, '#f5d67b'],
  [/–|·/, '#7d8794'],
];
const escape = (part: string): string => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A line's marks and bars in their colour, its time dim. */
function paint(line: string): string {
  const spans = line.split(/(✓|✗|▸|‖|–|━+|┄+|·+)/).map((part) => {
    const colour = COLOURS.find(([mark]) => mark.test(part))?.[1];
    return colour ? `<tspan fill="${colour}">${part}</tspan>` : escape(part);
  });
  return spans.join('').replace(/^(\s+\d+\.\d\d)/, '<tspan fill="#7d8794">$1</tspan>');
}

const WIDTH = 92;
// Colours are ours; a token is nobody's business.
const shown = (await text(process.stdin))
  .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
  .replaceAll(/hdl_\S+/g, 'hdl_…')
  .replaceAll(/run_[0-9a-f]{8}[0-9a-f]+/g, (id) => `${id.slice(0, 12)}…`);
const lines = shown
  .trimEnd()
  .split('\n')
  .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line));
const width = Math.round(WIDTH * SIZE * 0.602) + 2 * PAD;
const height = lines.length * LEAD + 2 * PAD;
const body = lines.map(
  (line, i) => `<text x="${PAD}" y="${PAD + SIZE + i * LEAD}" xml:space="preserve">${paint(line)}</text>`,
);
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="npm start in a terminal">
<rect width="100%" height="100%" rx="10" fill="#14181f"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="#dbe2ea">
${body.join('\n')}
</g>
</svg>
`,
);
