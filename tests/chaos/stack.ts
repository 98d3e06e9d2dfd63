import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DevState, isUp, readState, ROOT, signalPart } from '../../scripts/dev/state.js';
import { until } from '../support/workflow.js';

/** The whole stack as `npm start` brings it up, in a folder of its own, to be killed part by part. */
export interface LocalStack {
  state(): DevState;
  /** kill -9. The supervisor starts it again. */
  kill(part: string): Promise<void>;
  /** kill -9 of everything, the supervisor first, as when a machine loses its power. */
  killAll(): Promise<void>;
  start(): Promise<void>;
  databaseUrl(): Promise<string>;
  stop(): Promise<void>;
}

/** Servers that the surroundings may name are not for tests. */
const OURS = { NODE_OPTIONS: '', DATABASE_URL: '', REDIS_URL: '', HEDDLE_ANY_PORTS: '1' };

export async function openLocalStack(env: Record<string, string>): Promise<LocalStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'heddle-chaos-'));
  const run = (file: string, ...args: string[]) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'scripts/dev', file), ...args], {
        env: { ...process.env, ...OURS, HEDDLE_HOME: home, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const out of [child.stdout, child.stderr]) out.on('data', (chunk) => (said += String(chunk)));
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}:\n${said}`)),
      );
    });
  const state = (): DevState => {
    const found = readState(home);
    if (!found) throw new Error('the stack is not up');
    return found;
  };
  const start = () => run('start.ts', '--detach', '--no-demo');
  await start();
  return {
    state,
    start,
    async databaseUrl() {
      const { password, port } = JSON.parse(await readFile(path.join(home, 'postgres/server.json'), 'utf8')) as {
        password: string;
        port: number;
      };
      return `postgresql://postgres:${password}@127.0.0.1:${port}/heddle`;
    },
    async kill(part) {
      const before = state();
      signalPart(before, part, 'SIGKILL');
      await until(async () => !isUp(before, part));
    },
    async killAll() {
      const before = state();
      const parts = Object.keys(before.pids).filter((part) => part !== 'supervisor');
      for (const part of ['supervisor', ...parts]) signalPart(before, part, 'SIGKILL');
      await until(async () => Object.keys(before.pids).every((part) => !isUp(before, part)));
    },
    async stop() {
      await run('stop.ts');
      await rm(home, { recursive: true, force: true });
    },
  };
}
