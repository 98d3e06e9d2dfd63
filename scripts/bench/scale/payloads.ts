import { Client } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataConverterOf } from '../../../adapters/temporal/codec.js';
import { keysOf } from '../../../adapters/temporal/keys.js';
import { blobs, clock } from '../graphs.js';
import { heddle } from '../heddle.js';
import { historyOf } from '../history.js';
import { peakBytesOf, resetPeakOf } from '../process.js';
import { median } from '../stats.js';
import { storeThroughput } from './artifact-store.js';
import type { Figure, Section, Stage } from './section.js';

const MIB = 1024 * 1024;
const KEYS = `bench:${randomBytes(32).toString('base64')}`;

const VARIANTS = [
  { name: 'plain', keys: '', compress: false },
  { name: 'compression', keys: '', compress: true },
  { name: 'encryption', keys: KEYS, compress: false },
  { name: 'both', keys: KEYS, compress: true },
];
/** The second is what a run of so many nodes may keep in its history: no artifact is made of it. */
const SIZES = [
  { says: '1 MB', bytes: 1_000_000 },
  { says: '700 B', bytes: 700 },
];

interface Measured {
  seconds: number;
  events: number;
  historyKiB: number;
  artifactMiB: number;
  peakMiB: number;
}

/** What large values cost, with and without compression and encryption of what goes to Temporal; and the store that keeps them. */
export const payloads: Section = async (stage) => {
  const nodes = stage.quick ? 20 : 1_000;
  const figures: Figure[] = [];
  for (const { says, bytes } of SIZES) {
    const measured = new Map(VARIANTS.map(({ name }) => [name, [] as Measured[]]));
    for (let round = 0; round < (stage.quick ? 1 : 3); round++)
      for (const variant of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
        const one = await run(stage, variant, nodes, bytes);
        stage.say(`${nodes} × ${says}, ${variant.name}: ${one.seconds.toFixed(1)} s`);
        measured.get(variant.name)!.push(one);
      }
    for (const [name, rounds] of measured) figures.push(...told(`${nodes} × ${says}, ${name}`, rounds));
  }
  return [...figures, ...(await storeThroughput(stage))];
};

let serial = 0;

async function run(
  stage: Stage,
  { name, keys, compress }: (typeof VARIANTS)[number],
  nodes: number,
  bytes: number,
): Promise<Measured> {
  const worker = await stage.worker(`payloads-${name}`, { PAYLOAD_KEYS: keys, PAYLOAD_COMPRESSION: String(compress) });
  const dataConverter = dataConverterOf({ keys: keysOf(keys) ?? [], compress });
  const client = new Client({ connection: stage.client.connection, dataConverter });
  // Runs are called by it, and none twice.
  const contender = heddle(client, `payloads-${name}`, worker, { name: `${name} ${serial++}`, fuse: 'auto' });
  const warm = blobs(4, bytes);
  const graph = blobs(nodes, bytes);
  await contender.create(warm);
  await contender.wait(await contender.start(warm));
  await contender.create(graph);
  const before = await artifacts(stage);
  resetPeakOf(worker.pid);
  const began = clock();
  const id = await contender.start(graph);
  await contender.wait(id);
  const seconds = (clock() - began) / 1_000;
  const history = await historyOf(client, id);
  const after = await artifacts(stage);
  const peakMiB = (peakBytesOf(worker.pid) ?? Number.NaN) / MIB;
  await worker.stop();
  await rm(placeOf(stage), { recursive: true, force: true }); // a gigabyte each
  return { seconds, peakMiB, events: history.events, historyKiB: history.bytes / 1_024, artifactMiB: after - before };
}

function told(of: string, rounds: Measured[]): Figure[] {
  const middle = (name: keyof Measured): number => median(rounds.map((each) => each[name]));
  return [
    { of, what: 'to its end', value: middle('seconds'), unit: 's' },
    { of, what: 'history', value: middle('events'), unit: 'events' },
    { of, what: 'history', value: middle('historyKiB'), unit: 'KiB' },
    { of, what: 'artifacts on disk', value: middle('artifactMiB'), unit: 'MiB' },
    { of, what: 'worker’s peak memory', value: middle('peakMiB'), unit: 'MiB' },
  ];
}

const placeOf = ({ servers }: Stage): string => fileURLToPath(servers.env['ARTIFACTS_URL']!);

/** MiB of all files in the store. */
async function artifacts(stage: Stage): Promise<number> {
  const folder = placeOf(stage);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = files.map(async (file) =>
    file.isFile() ? (await stat(path.join(file.parentPath, file.name))).size : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / MIB;
}
