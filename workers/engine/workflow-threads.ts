import { fileURLToPath } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import type { coresdk } from '@temporalio/proto';
import { UnexpectedError } from '@temporalio/worker';
import type { Workflow, WorkflowCreateOptions, WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';

type Activation = coresdk.workflow_activation.IWorkflowActivation;
type Completion = coresdk.workflow_completion.IWorkflowActivationCompletion;
type SinkCalls = Awaited<ReturnType<Workflow['getAndResetSinkCalls']>>;
type Activated = { completion: Completion; calls: SinkCalls };
type Answer = { ready: true } | ({ request: number } & (Activated | { error: { message: string; stack: string } }));

/** What the threads run. */
export interface Sandbox {
  /** As the SDK bundles it. */
  bundle: object;
  /** Names of the activities that the worker has. */
  activities: Set<string>;
  /** Whatever a workflow has to do at once must be done after this time. */
  limitMs: number;
}

const THREAD = fileURLToPath(new URL('workflow-thread.cjs', import.meta.url));
const LOOK_MS = 500;

/**
 * Workflows in threads, for less than the SDK takes: no watchdog, that is a system thread, for each entry into the sandbox; no stack trace
 * for each promise; one message and its answer an activation, where it creates, activates and asks for sink calls one by one. Under load that
 * was half of the workflow thread's time (docs/performance.md).
 *
 * Instead of a watchdog, this end looks at the clock that each thread sets. A thread that is in one activation for longer than the limit is
 * ended, and another one takes its place: the run that was to blame fails its workflow task, as with the SDK, and those that lay in the
 * same thread fail their next one once and are replayed.
 */
export class WorkflowThreads implements WorkflowCreator {
  private readonly threads: Promise<WorkflowThread>[];
  private readonly sandbox: Sandbox;

  private constructor(sandbox: Sandbox, count: number) {
    this.sandbox = sandbox;
    this.threads = Array.from({ length: count }, () => WorkflowThread.start(sandbox));
  }

  static async create(sandbox: Sandbox, count: number): Promise<WorkflowThreads> {
    const made = new WorkflowThreads(sandbox, count);
    await Promise.all(made.threads);
    return made;
  }

  async createWorkflow(options: WorkflowCreateOptions): Promise<Workflow> {
    const threads = await Promise.all(this.threads.map((_, place) => this.threadAt(place)));
    const thread = threads.reduce((least, each) => (each.workflows < least.workflows ? each : least));
    return new ThreadedWorkflow(thread, options);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.threads.map(async (starting) => (await starting).end()));
  }

  /** Of many that find a thread ended at the same time, one begins another, and all of them get that. */
  private async threadAt(place: number): Promise<WorkflowThread> {
    const found = this.threads[place]!;
    if (!(await found).ended) return found;
    if (this.threads[place] === found) this.threads[place] = WorkflowThread.start(this.sandbox);
    return this.threads[place]!;
  }
}

/** A workflow in a thread. It is created there with its first activation. */
class ThreadedWorkflow implements Workflow {
  private readonly thread: WorkflowThread;
  private readonly run: string;
  private options: WorkflowCreateOptions | undefined;
  private calls: SinkCalls = [];

  constructor(thread: WorkflowThread, options: WorkflowCreateOptions) {
    thread.workflows++;
    this.thread = thread;
    this.run = options.info.runId;
    const { now: _now, random: _random, ...unsafe } = options.info.unsafe; // functions can't cross threads; the sandbox has its own
    this.options = { ...options, info: { ...options.info, unsafe: unsafe as never } };
  }

  async activate(activation: Activation): Promise<Completion> {
    const create = this.options;
    this.options = undefined;
    const { completion, calls } = await this.thread.activate({ run: this.run, create, activation });
    this.calls.push(...calls);
    return completion;
  }

  async getAndResetSinkCalls(): Promise<SinkCalls> {
    return this.calls.splice(0);
  }

  async dispose(): Promise<void> {
    this.thread.workflows--;
    if (!this.options) this.thread.dispose(this.run);
  }
}

class WorkflowThread {
  /** That lie in it. */
  workflows = 0;
  ended = false;
  private readonly thread: Thread;
  private readonly limitMs: number;
  private readonly underWay: Float64Array;
  private readonly waiting = new Map<
    number,
    { run: string; resolve: (of: Activated) => void; reject: (why: Error) => void }
  >();
  private readonly watch: NodeJS.Timeout;
  private requests = 0;
  private failure: Error | undefined;

  static async start(sandbox: Sandbox): Promise<WorkflowThread> {
    const made = new WorkflowThread(sandbox);
    await made.ready;
    return made;
  }
  private readonly ready: Promise<void>;

  private constructor({ bundle, activities, limitMs }: Sandbox) {
    this.limitMs = limitMs;
    this.underWay = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
    // Without the flags of this process: its loader of TypeScript would be another 40 MiB.
    this.thread = new Thread(THREAD, { execArgv: [], workerData: { bundle, activities, underWay: this.underWay } });
    this.watch = setInterval(() => this.look(), LOOK_MS).unref();
    this.ready = new Promise((resolve, reject) => {
      this.thread.on('message', (answer: Answer) => ('ready' in answer ? resolve() : this.answered(answer)));
      this.thread.on('error', (error) => {
        this.failure = new UnexpectedError(`the workflow thread broke: ${error}`, error);
      });
      this.thread.on('exit', () => {
        this.exited();
        reject(this.whyEnded());
      });
    });
  }

  activate(message: { run: string; create: object | undefined; activation: Activation }): Promise<Activated> {
    if (this.ended) return Promise.reject(this.whyEnded());
    const request = this.requests++;
    this.thread.postMessage({ request, ...message });
    return new Promise((resolve, reject) => this.waiting.set(request, { run: message.run, resolve, reject }));
  }

  dispose(run: string): void {
    if (!this.ended) this.thread.postMessage({ run });
  }

  async end(): Promise<void> {
    this.ended = true;
    clearInterval(this.watch);
    await this.thread.terminate();
  }

  private answered({ request, ...answer }: Exclude<Answer, { ready: true }>): void {
    const { resolve, reject } = this.waiting.get(request)!;
    this.waiting.delete(request);
    if ('error' in answer) reject(Object.assign(new Error(answer.error.message), { stack: answer.error.stack }));
    else resolve(answer);
  }

  /** Ends the thread when its activation takes too long. */
  private look(): void {
    const [began = 0, request = 0] = this.underWay;
    if (this.ended || began === 0 || (process.uptime() - began) * 1000 < this.limitMs) return;
    if (this.underWay[0] !== began) return; // another one has begun since, and the request may be its
    const { run, reject } = this.waiting.get(request)!;
    this.waiting.delete(request);
    reject(new Error(`the workflow of Temporal run ${run} was at work for more than ${this.limitMs} ms at once`));
    this.failure = new Error(
      `the workflow thread was ended, since run ${run} held it for more than ${this.limitMs} ms`,
    );
    void this.end();
  }

  private exited(): void {
    this.ended = true;
    clearInterval(this.watch);
    for (const { reject } of this.waiting.values()) reject(this.whyEnded());
    this.waiting.clear();
  }

  /** A thread that broke by itself makes the worker stop (UnexpectedError); one that was ended on purpose does not. */
  private whyEnded(): Error {
    return this.failure ?? new UnexpectedError('the workflow thread has ended');
  }
}
