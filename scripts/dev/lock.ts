import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { beganAt } from './state.js';

/**
 * Lets one `npm start` bring the stack up at a time. The file names its holder by pid and time of birth, so that one left by a killed
 * process is seen for what it is.
 */
export function takeLock(home: string): { release(): void } | undefined {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = path.join(home, 'start.lock');
  for (;;) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, `${process.pid} ${beganAt(process.pid)}`);
      closeSync(handle);
      return { release: () => rmSync(file, { force: true }) };
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    }
    const [pid, began] = readFileSync(file, 'utf8').split(' ');
    if (pid && began && beganAt(Number(pid)) === began) return undefined;
    rmSync(file, { force: true });
  }
}
