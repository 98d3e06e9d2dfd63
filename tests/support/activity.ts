import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDeps } from '../../activities/deps.js';
import { BUILT_IN } from '../../activities/functions.js';
import { engineActivities } from '../../activities/index.js';
import { createAgentClient } from '../../adapters/a2a/client.js';
import { FileArtifacts } from '../../adapters/artifacts/file.js';
import { ArtifactValues } from '../../adapters/artifacts/values.js';
import { HttpCaller } from '../../adapters/http/call.js';
import { guardedFetch } from '../../adapters/http/fetch.js';
import { EgressGuard } from '../../adapters/http/guard.js';
import { EmbeddedSandbox } from '../../adapters/sandbox/embedded.js';
import { Secrets } from '../../adapters/secrets/secrets.js';
import type { RunRef } from '../../core/contract/work.js';
import type { LiveEvent, LogLine } from '../../core/events/live.js';
import type { Json } from '../../core/json.js';

export const RUN: RunRef = { id: 'run-1', org: 'acme', workflow: 'wf', version: 1 };

/** The engine's activities over real adapters; events and log lines are kept for the test to look at. */
export async function testActivities(overrides: Partial<ActivityDeps> & { values?: Record<string, string> } = {}) {
  const { values = {}, ...rest } = overrides;
  const root = await mkdtemp(path.join(tmpdir(), 'heddle-activities-'));
  const guard = new EgressGuard(['127.0.0.0/8']);
  const secrets = new Secrets(values);
  const sandbox = new EmbeddedSandbox();
  const http = new HttpCaller({ guard, secrets });
  const events: LiveEvent[] = [];
  const lines: LogLine[] = [];
  const store = new FileArtifacts(root);
  const deps: ActivityDeps = {
    artifacts: new ArtifactValues(store),
    http,
    agents: createAgentClient({ fetch: guardedFetch(guard) }),
    sandbox,
    secrets,
    functions: BUILT_IN,
    feed: { publish: (some) => Promise.resolve(void events.push(...some)) },
    logs: { append: (some) => Promise.resolve(void lines.push(...some)) },
    gates: {
      open: () => Promise.resolve({ evidence: 'sha256:shown' }),
      note: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    events: { await: () => Promise.resolve({ event: null }) },
    subworkflows: { prepare: ({ run, input }) => Promise.resolve({ plan: null, run, input }) },
    fires: { accept: () => Promise.resolve({ run_id: 'run_1' }), note: () => Promise.resolve() },
    limits: { defined: () => Promise.resolve({ allowance: null, revision: 0 }) },
    limiters: { ask: () => Promise.resolve() },
    workflows: { isOver: () => Promise.resolve(false) },
    ...rest,
  };
  return {
    deps,
    store,
    root,
    activities: engineActivities(deps),
    events,
    lines,
    logged: () => lines.map(({ stream, text }) => `${stream} ${text}`),
    async close() {
      sandbox.close();
      await http.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** An activity's surroundings, with what it beat and what its worker logged. */
export function environment(info: Partial<Info> = {}) {
  const workerLog: string[] = [];
  const logger = new DefaultLogger('INFO', ({ message, meta }) => workerLog.push(`${message} ${JSON.stringify(meta)}`));
  const mock = new MockActivityEnvironment(info, { logger });
  const beats: unknown[] = [];
  mock.on('heartbeat', (details: unknown) => beats.push(structuredClone(details)));
  return { mock, beats, workerLog };
}

/** What Temporal records of a failed activity. */
export interface Failed {
  type: string;
  message: string;
  retryable: boolean;
  details: Json;
  nextRetryDelay: unknown;
}

export async function failureOf(running: Promise<unknown>): Promise<Failed> {
  const outcome = await running.then(
    (output) => ({ output }),
    (err: unknown) => ({ err }),
  );
  if ('output' in outcome) throw new Error(`it succeeded: ${JSON.stringify(outcome.output).slice(0, 200)}`);
  if (!(outcome.err instanceof ApplicationFailure)) throw outcome.err;
  const { type, message, nonRetryable, details, nextRetryDelay } = outcome.err;
  return {
    type: type ?? '',
    message,
    retryable: nonRetryable !== true,
    details: (details?.[0] ?? null) as Json,
    nextRetryDelay,
  };
}

/** Waits for a condition; one that never comes fails the test. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} never came`);
    await new Promise(setImmediate);
  }
}
