import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PartSpec {
  name: string;
  /** The program and its arguments. */
  command: [string, ...string[]];
  env?: NodeJS.ProcessEnv;
  /** Resolves when the part can be used. */
  ready(child: ChildProcess): Promise<void>;
  /** A Node program of ours: it gets a channel, over which it says that it is ready. */
  channel?: boolean;
  /** How long it may take to end after SIGTERM. */
  graceMs?: number;
}

const BACKOFF_MS = [100, 500, 2_000, 5_000];
/** One that ran for so long is restarted at once again. */
const STEADY_MS = 30_000;

/** A process that is started again whenever it dies, until it is told to stop. */
export class Kept {
  readonly name: string;
  private readonly spec: PartSpec;
  private readonly logs: string;
  private readonly say: (line: string) => void;
  private readonly onChange: () => void;
  private child: ChildProcess | undefined;
  private stopping = false;
  private deaths = 0;

  constructor(
    spec: PartSpec,
    { logs, say, onChange }: { logs: string; say: (line: string) => void; onChange: () => void },
  ) {
    this.name = spec.name;
    this.spec = spec;
    this.logs = logs;
    this.say = say;
    this.onChange = onChange;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** The process as it is now, to talk to over its channel. */
  get process(): ChildProcess | undefined {
    return this.child;
  }

  /** Starts it for the first time; throws, with the end of its log named, when it dies before it is ready. */
  async start(): Promise<void> {
    const child = this.launch();
    const died = new Promise<never>((_resolve, reject) => {
      child.once('error', (err) => reject(new Error(`${this.name} can not be run: ${err.message}`, { cause: err })));
      child.once('exit', (code, signal) =>
        reject(new Error(`${this.name} ended at once (${signal ?? code}); see ${this.logFile}`)),
      );
    });
    died.catch(() => undefined);
    await Promise.race([this.spec.ready(child), died]);
    this.watch(child, Date.now());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => {
      this.say(`${this.name} does not end; it is killed`);
      child.kill('SIGKILL');
    }, this.spec.graceMs ?? 15_000);
    await gone;
    clearTimeout(late);
  }

  private get logFile(): string {
    return path.join(this.logs, `${this.name}.log`);
  }

  /** In a process group of its own: Ctrl-C at a terminal must not reach it before its turn. */
  private launch(): ChildProcess {
    mkdirSync(this.logs, { recursive: true });
    const log = openSync(this.logFile, 'a', 0o600);
    const [program, ...args] = this.spec.command;
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log, log, ...(this.spec.channel ? (['ipc'] as const) : [])],
      env: { ...process.env, ...this.spec.env },
    });
    closeSync(log);
    child.on('error', (err) => this.say(`${this.name}: ${err.message}`));
    this.child = child;
    this.onChange();
    return child;
  }

  private watch(child: ChildProcess, since: number): void {
    const again = async (how: unknown): Promise<void> => {
      if (this.stopping) return;
      this.deaths = Date.now() - since > STEADY_MS ? 0 : this.deaths + 1;
      const wait = BACKOFF_MS[Math.min(this.deaths, BACKOFF_MS.length - 1)]!;
      this.say(`${this.name} died (${String(how)}); starting it again`);
      await sleep(wait);
      if (this.stopping) return;
      this.watch(this.launch(), Date.now());
    };
    if (child.exitCode !== null || child.signalCode !== null) void again(child.signalCode ?? child.exitCode);
    else child.once('exit', (code, signal) => void again(signal ?? code));
  }
}

/** Ready when the part sends a message over its channel; answers the message. */
export const firstMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('message', resolve));
