import { parseArgs } from 'node:util';
import { measuringCommand } from './bench/command.js';
import { comparedScale, printedScale, scale, SECTIONS } from './bench/scale/index.js';

/**
 * `npm run bench:scale`: how far Heddle goes on this machine, in size and load. Prints a table and writes JSON.
 * `npm run bench:scale -- --compare A.json B.json`: what changed from one such file to the other.
 */
const ALL = Object.keys(SECTIONS).join(',');
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: ALL },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

await measuringCommand({
  name: 'scale',
  usage: `npm run bench:scale -- [--only ${ALL}] [--quick] [--json FILE] [--keep]
npm run bench:scale -- --compare A.json B.json`,
  options,
  positionals,
  measure: (wish) => scale({ ...wish, quick: options.quick, names: options.only.split(',') }),
  printed: printedScale,
  compared: comparedScale,
});
