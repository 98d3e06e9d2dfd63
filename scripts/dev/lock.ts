import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { beganAt } from './state.js';

export interface Lock {
  /** Says to those who ask for it that it will be free soon. */
  leave(): void;
  release(): void;
}

/**
 * Lets one supervisor at a time have the folder, from its first moment to its last. Holders are counted: a lock is a number that is
 * taken once, and the highest counts. It names its holder by pid and time of birth, so that one left by a killed process is seen for
 * what it is, and is succeeded, never taken away: two who find it at once can't both come after it.
 *
 * 1. A number appears together with its holder's name, or not at all: it is a symbolic link whose target is the name.
 * 2. The highest number is never removed, so no number is taken twice; lower ones only their successor removes.
 */
export function takeLock(home: string): Lock | 'held' | 'leaving' {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const linkOf = (number: number): string => path.join(home, `lock.${number}`);
  const me = `${process.pid}-${beganAt(process.pid)}`;
  for (;;) {
    const before = highest(home);
    const holder = before > 0 && holderOf(linkOf(before));
    if (holder) return holder;
    const mine = linkOf(before + 1);
    if (!claim(mine, me)) continue;
    if (highest(home) !== before + 1) {
      rmSync(mine, { force: true }); // it looked too long ago: that number is past, and its successor has removed it
      continue;
    }
    for (const past of numbers(home).filter((number) => number <= before)) rmSync(linkOf(past), { force: true });
    const rename = (name: string): void => {
      symlinkSync(name, `${mine}.next`);
      renameSync(`${mine}.next`, mine);
    };
    return { leave: () => rename(`${me}-leaving`), release: () => rename('free') };
  }
}

const numbers = (home: string): number[] =>
  readdirSync(home).flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice(5))] : []));

const highest = (home: string): number => Math.max(0, ...numbers(home));

/** False when nobody alive holds it. */
function holderOf(link: string): 'held' | 'leaving' | false {
  try {
    const [pid, began, leaving] = readlinkSync(link).split('-');
    if (began === undefined || beganAt(Number(pid)) !== began) return false;
    return leaving === undefined ? 'held' : 'leaving';
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return false; // a successor has removed it
    throw err;
  }
}

function claim(link: string, name: string): boolean {
  try {
    symlinkSync(name, link);
    return true;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw err;
  }
}
