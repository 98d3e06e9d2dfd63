import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the local stack keeps its data; tests have stacks of their own. */
export const homeDir = (): string => path.resolve(ROOT, process.env['HEDDLE_HOME'] ?? '.heddle');

/** What `.heddle/dev.json` says: how other tools find the stack. */
export interface DevState {
  /** Origin of the API, such as `http://127.0.0.1:8700`. */
  api: string;
  web: string;
  /** `host:port` of Temporal's frontend. */
  temporal: string;
  temporal_web: string;
  /** An admin key of the org `dev`. */
  token: string;
  examples: { agent_url: string; data_url: string };
  /** Process ids by part; `supervisor` keeps the others up. */
  pids: Record<string, number>;
  /** When each of them began, as the system tells: a pid alone may have passed to another program. */
  began: Record<string, string>;
}

/** Programs that were fetched, shared by all stacks of this checkout. */
export const cacheDir = (): string => path.join(ROOT, '.heddle/bin');

export const stateFile = (home: string): string => path.join(home, 'dev.json');

export function readState(home: string): DevState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(home), 'utf8')) as DevState;
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code === 'ENOENT' || err instanceof SyntaxError) return undefined;
    throw err;
  }
}

export function writeState(home: string, state: DevState): void {
  const fresh = `${stateFile(home)}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, stateFile(home));
}

/** When a process began; undefined when there is none. With its pid it names one process for ever. */
export function beganAt(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : rest[18];
    }
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || undefined
    );
  } catch {
    return undefined; // no such process
  }
}

/** Sends a signal to one of the processes that the state names; one that is gone by now is as it should be. */
export function signalPart(state: DevState, part: string, signal: NodeJS.Signals): void {
  if (!isUp(state, part)) return;
  try {
    process.kill(state.pids[part]!, signal);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
  }
}

/** True while the very process that the state names is alive. */
export function isUp(state: DevState, part: string): boolean {
  const pid = state.pids[part];
  return pid !== undefined && beganAt(pid) === state.began[part] && state.began[part] !== undefined;
}
