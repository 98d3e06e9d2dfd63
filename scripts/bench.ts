import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compared } from './bench/compare.js';
import { printed, type Report } from './bench/report.js';
import { bench } from './bench/run.js';
import { WORKLOADS } from './bench/workloads.js';
import { homeDir } from './dev/state.js';

/**
 * `npm run bench`: Heddle beside the same graphs written by hand on Temporal, on one server, in turn. Prints a table and writes JSON.
 * `npm run bench -- --compare A.json B.json`: what changed from one such file to the other.
 */
const USAGE = `npm run bench -- [--rounds 5] [--only ${WORKLOADS.map(({ name }) => name).join(',')},costs] [--quick] [--json FILE] [--keep] [--profile DIR]
npm run bench -- --compare A.json B.json`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    profile: { type: 'string' },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const readReport = async (file: string): Promise<Report> => JSON.parse(await readFile(file, 'utf8')) as Report;

async function measureAll(): Promise<void> {
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-bench-'));
  const names = options.only?.split(',');
  try {
    const report = await bench({
      folder,
      rounds: options.quick ? 1 : Number(options.rounds),
      quick: options.quick,
      ...(options.profile === undefined ? {} : { profiles: path.resolve(options.profile) }),
      wanted: (name) => names?.includes(name) ?? true,
      stopped,
      say: (line) => console.error(line),
    });
    const file = options.json ?? path.join(homeDir(), 'bench', `${report.at.replaceAll(':', '-')}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`${printed(report)}\n\n${file}`);
  } finally {
    if (options.keep) console.error(`the servers' data and logs are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

if (options.help) console.log(USAGE);
else if (!options.compare) await measureAll();
else if (positionals.length === 2) {
  const [a, b] = await Promise.all(positionals.map(readReport));
  console.log(compared(a!, b!));
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
process.exit();
