import { parseArgs } from 'node:util';
import { measuringCommand } from './bench/command.js';
import { comparedSoak, printedSoak } from './soak/report.js';
import { soak } from './soak/soak.js';
import { holds } from './soak/verdict.js';

/**
 * `npm run soak`: half an hour of mixed runs on a whole stack whose processes are killed in turn. Prints a verdict a line, writes JSON, and
 * ends with 1 when a run is lost, an effect doubled, something does not drain, or leaks.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '4' },
    every: { type: 'string', default: '60' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

await measuringCommand({
  name: 'soak',
  usage: `npm run soak -- [--minutes 30] [--rate RUNS_A_SECOND] [--every SECONDS_FROM_KILL_TO_KILL] [--json FILE] [--keep]
npm run soak -- --compare A.json B.json`,
  options,
  positionals,
  async measure(wish) {
    const { minutes, rate, every } = options;
    const report = await soak({ ...wish, minutes: Number(minutes), perSecond: Number(rate), every: Number(every) });
    if (!report.verdicts.every(holds)) process.exitCode = 1;
    return report;
  },
  printed: printedSoak,
  compared: comparedSoak,
});
