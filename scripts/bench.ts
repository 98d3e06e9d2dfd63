import path from 'node:path';
import { parseArgs } from 'node:util';
import { measuringCommand } from './bench/command.js';
import { compared } from './bench/compare.js';
import { printed } from './bench/report.js';
import { namedContenders } from './bench/outside/names.js';
import { bench } from './bench/run.js';
import { WORKLOADS } from './bench/workloads.js';

/**
 * `npm run bench`: Heddle beside the same graphs written by hand on Temporal, on one server, in turn. Prints a table and writes JSON.
 * `npm run bench -- --contender NAME=URL`: another engine, too, over the protocol of docs/bench-contenders.md.
 * `npm run bench -- --compare A.json B.json`: what changed from one such file to the other.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    contender: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    profile: { type: 'string' },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = options.only?.split(',');
const outside = namedContenders(options.contender);

await measuringCommand({
  name: 'bench',
  usage: `npm run bench -- [--rounds 5] [--only ${WORKLOADS.map(({ name }) => name).join(',')},costs] [--quick] [--json FILE] [--keep] [--profile DIR] [--contender NAME=URL]...
npm run bench -- --compare A.json B.json`,
  options,
  positionals,
  measure: (wish) =>
    bench({
      ...wish,
      rounds: options.quick ? 1 : Number(options.rounds),
      quick: options.quick,
      outside,
      ...(options.profile === undefined ? {} : { profiles: path.resolve(options.profile) }),
      wanted: (name) => names?.includes(name) ?? true,
    }),
  printed,
  compared,
});
