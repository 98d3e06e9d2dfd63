import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the local stack keeps its data; tests have stacks of their own. */
export const homeDir = (): string => path.resolve(ROOT, process.env['HEDDLE_HOME'] ?? '.heddle');

/** Processes by part; `supervisor` keeps the others up. */
export interface Processes {
  pids: Record<string, number>;
  /** When each of them began, as the system tells: a pid alone may have passed to another program. */
  began: Record<string, string>;
}

/** What `.heddle/dev.json` says while the stack is up: how other tools find it. */
export interface DevState extends Processes {
  /** Origin of the API, such as `http://127.0.0.1:8700`. */
  api: string;
  /** Origin of the web app; the API serves it. */
  web: string;
  /** `host:port` of Temporal's frontend. */
  temporal: string;
  temporal_web: string;
  /** An admin key of the org `dev`. */
  token: string;
  examples: { agent_url: string; data_url: string };
}

/** Programs that were fetched, shared by all stacks of this checkout. */
export const cacheDir = (): string => path.join(ROOT, '.heddle/bin');

const stateFile = (home: string): string => path.join(home, 'dev.json');
/** From the first process to the last, also while the stack comes up or goes down: what a kill at any moment leaves behind. */
const processesFile = (home: string): string => path.join(home, 'processes.json');

export const readState = (home: string): DevState | undefined => read(stateFile(home)) as DevState | undefined;
export const readProcesses = (home: string): Processes =>
  (read(processesFile(home)) as Processes | undefined) ?? { pids: {}, began: {} };

export const writeState = (home: string, state: DevState): void => write(stateFile(home), state);
export const writeProcesses = (home: string, processes: Processes): void => write(processesFile(home), processes);

export const removeState = (home: string): void => rmSync(stateFile(home), { force: true });
export const removeProcesses = (home: string): void => rmSync(processesFile(home), { force: true });

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT' || err instanceof SyntaxError) return undefined;
    throw err;
  }
}

function write(file: string, value: object): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** Those of them that are alive now, named so that they can be found again. */
export function processesOf(pids: Record<string, number | undefined>): Processes {
  const alive = Object.entries(pids).flatMap(([part, pid]) => {
    const began = pid === undefined ? undefined : beganAt(pid);
    return began === undefined ? [] : [{ part, pid: pid!, began }];
  });
  return {
    pids: Object.fromEntries(alive.map(({ part, pid }) => [part, pid])),
    began: Object.fromEntries(alive.map(({ part, began }) => [part, began])),
  };
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
export function signalPart(state: Processes, part: string, signal: NodeJS.Signals): void {
  if (!isUp(state, part)) return;
  try {
    process.kill(state.pids[part]!, signal);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
  }
}

/** True while the very process that the state names is alive. */
export function isUp(state: Processes, part: string): boolean {
  const pid = state.pids[part];
  return pid !== undefined && beganAt(pid) === state.began[part] && state.began[part] !== undefined;
}
