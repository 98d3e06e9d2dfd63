import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileArtifacts } from '../../../adapters/artifacts/file.js';
import { clock } from '../graphs.js';
import { median } from '../stats.js';
import type { Figure, Stage } from './section.js';

const MIB = 1024 * 1024;
const ORG = 'org_bench';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Load {
  of: string;
  bytes: number;
  values: number;
  atOnce: number;
}
const LOADS: Load[] = [
  { of: '1 MB', bytes: 1_000_000, values: 40, atOnce: 1 },
  { of: '1 MB, 8 at once', bytes: 1_000_000, values: 40, atOnce: 8 },
  { of: '64 KiB', bytes: 65_536, values: 200, atOnce: 1 },
  { of: '64 KiB, 8 at once', bytes: 65_536, values: 200, atOnce: 8 },
];

type Name = 'store' | 'plain' | 'hashed';
/** A way to keep bytes: the store; the least for the same durability; and that with the hash which addressing by content needs, each way. */
interface Keeper {
  put(name: string, bytes: Buffer): Promise<unknown>;
  get(name: string): Promise<Uint8Array>;
}

/** The artifact store beside plain files, in turn: each round writes fresh values both ways and reads them back, out of the page cache. */
export async function storeThroughput({ folder, quick }: Pick<Stage, 'folder' | 'quick'>): Promise<Figure[]> {
  const rounds = quick ? 1 : 7;
  const figures: Figure[] = [];
  for (const load of LOADS) {
    const walls: Record<'put' | 'get', Record<Name, number>[]> = { put: [], get: [] };
    for (let i = 0; i < rounds; i++) {
      const here = path.join(folder, 'throughput');
      const plain = await plainFiles(path.join(here, 'plain'));
      const hashed = withHash(await plainFiles(path.join(here, 'hashed')));
      const ways = { store: await theStore(path.join(here, 'store')), plain, hashed };
      const values = Array.from({ length: load.values }, () => randomBytes(load.bytes));
      const named = values.map((bytes) => [hashOf(bytes), bytes] as const);
      walls.put.push(await inTurn(i, ways, (keeper) => timed(load, named, ([name, bytes]) => keeper.put(name, bytes))));
      walls.get.push(await inTurn(i, ways, (keeper) => timed(load, named, ([name]) => keeper.get(name))));
      await rm(here, { recursive: true });
    }
    const total = (load.bytes * load.values) / MIB;
    for (const way of ['put', 'get'] as const) {
      const of = `artifact store, ${load.of}`;
      const rate = (name: Name) => (total * 1_000) / median(walls[way].map((each) => each[name]));
      const ratio = (to: Name) => median(walls[way].map((each) => each.store / each[to]));
      figures.push(
        { of, what: way, value: rate('store'), unit: 'MiB/s' },
        { of, what: `${way}, plain files`, value: rate('plain'), unit: 'MiB/s' },
        { of, what: `${way}, time to plain files`, value: ratio('plain'), unit: '×' },
        { of, what: `${way}, time to plain files and a hash`, value: ratio('hashed'), unit: '×' },
      );
    }
  }
  return figures;
}

/** Who went first in one round goes second in the next. */
async function inTurn(
  round: number,
  keepers: Record<Name, Keeper>,
  measure: (keeper: Keeper) => Promise<number>,
): Promise<Record<Name, number>> {
  const names = Object.keys(keepers) as Name[];
  const measured = {} as Record<Name, number>;
  for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name] = await measure(keepers[name]);
  return measured;
}

/** Milliseconds for all of them. */
async function timed<T>({ atOnce }: Load, values: readonly T[], work: (value: T) => Promise<unknown>): Promise<number> {
  const left = [...values];
  const lane = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next);
  };
  const began = clock();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return clock() - began;
}

/** One that has been used for a while: its folders are there. */
async function theStore(folder: string): Promise<Keeper> {
  const store = new FileArtifacts(folder);
  await store.put(ORG, randomBytes(1), 'text/plain');
  const [org] = await readdir(folder);
  for (let i = 0; i < 256; i++)
    await mkdir(path.join(folder, org!, i.toString(16).padStart(2, '0')), { recursive: true });
  return {
    put: (_name, bytes) => store.put(ORG, bytes, 'application/octet-stream'),
    get: async (name) => (await store.get(ORG, `sha256:${name}`))!.bytes,
  };
}

const withHash = (files: Keeper): Keeper => ({
  put: (_name, bytes) => files.put(hashOf(bytes), bytes),
  get: async (name) => {
    const bytes = await files.get(name);
    hashOf(bytes);
    return bytes;
  },
});

/** Written beside, brought to the disk, renamed, and the name brought to the disk: as durable as the store, without its checks. */
async function plainFiles(folder: string): Promise<Keeper> {
  await mkdir(folder, { recursive: true });
  return {
    async put(name, bytes) {
      const file = path.join(folder, name);
      const fresh = await open(`${file}.new`, 'wx');
      await fresh.writeFile(bytes);
      await fresh.datasync();
      await fresh.close();
      await rename(`${file}.new`, file);
      const parent = await open(folder, 'r');
      await parent.sync();
      await parent.close();
    },
    get: (name) => readFile(path.join(folder, name)),
  };
}
