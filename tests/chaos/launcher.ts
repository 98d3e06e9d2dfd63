import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { ROOT, readProcesses } from '../../scripts/dev/state.js';
import { until } from '../support/workflow.js';

/** `npm start` and `npm run stop` as a user has them: npm itself, as the foreground job of a terminal. */
export interface Terminal {
  /** Of npm. */
  pid: number;
  said(): string;
  /** Resolves when that has been said; throws when the command ended without it. */
  until(text: string): Promise<void>;
  /** What a terminal does on Ctrl-C. */
  interrupt(): void;
  /** What happens when its window is closed. */
  hangUp(): void;
  exit: Promise<number | NodeJS.Signals>;
}

export function npm(home: string, args: string[], env: NodeJS.ProcessEnv = {}): Terminal {
  const ours = { NODE_OPTIONS: '', DATABASE_URL: '', REDIS_URL: '', HEDDLE_ANY_PORTS: '1', HEDDLE_HOME: home };
  const child = spawn('npm', args, {
    cwd: ROOT,
    env: { ...process.env, ...ours, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, as a shell makes one for each job
  });
  const pid = child.pid!;
  let text = '';
  let ended = false;
  for (const out of [child.stdout, child.stderr]) out.on('data', (chunk) => (text += String(chunk)));
  const exit = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => {
      ended = true;
      resolve(code ?? signal!);
    }),
  );
  return {
    pid,
    exit,
    said: () => text,
    until: (wanted) =>
      until(async () => {
        if (text.includes(wanted)) return true;
        if (ended) throw new Error(`it ended without having said ${wanted}:\n${text}`);
        return false;
      }).then(() => undefined),
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    hangUp() {
      child.stdout.destroy();
      child.stderr.destroy();
      process.kill(-pid, 'SIGHUP');
    },
  };
}

/** Every process that belongs to the stack of this folder, whether or not the stack knows it. */
export function processesOf(home: string): { pid: number; command: string }[] {
  if (process.platform !== 'linux')
    return Object.entries(readProcesses(home).pids).map(([command, pid]) => ({ pid, command }));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [environment, command] = ['environ', 'cmdline'].map((file) =>
          readFileSync(`/proc/${name}/${file}`, 'utf8'),
        );
        // PostgreSQL's processes write over their environment, but they work in their folder.
        const belongs =
          environment!.split('\0').includes(`HEDDLE_HOME=${home}`) ||
          readlinkSync(`/proc/${name}/cwd`).startsWith(home);
        return belongs ? [{ pid: Number(name), command: command!.replaceAll('\0', ' ') }] : [];
      } catch (err) {
        if (GONE.has((err as NodeJS.ErrnoException).code ?? '')) return [];
        throw err;
      }
    });
}

/** It ended while it was looked at, or is another user's. */
const GONE = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);
