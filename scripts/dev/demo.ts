import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RunView } from '../../core/events/view.js';
import { type Client, createClient } from '../../cli/client.js';
import type { Applied } from '../../cli/commands/apply.js';
import { ApiError } from '../../cli/exit.js';
import { paintFor } from '../../cli/paint.js';
import { showSpecProblems } from '../../cli/spec-problems.js';
import { createTimeline, gantt, openedGate } from '../../cli/timeline.js';

/** In the order of their dependence: sub-run names tolerant-map. */
export const EXAMPLES = ['elements-brief', 'patient-retry', 'tolerant-map', 'sub-run', 'two-waits', 'confirm-order'];

const DEMO = 'elements-brief';
const DEMO_TIMEOUT_MS = 120_000;

export interface Dev {
  api: string;
  token: string;
  examples?: { agent_url: string; data_url: string };
  [more: string]: unknown;
}

/**
 * Registers the example workflows and runs the first on real input, over HTTP like any other client: shows what happens
 * as it happens and decides the gate when it opens. Answers the run's id; throws when the run does not complete.
 */
export async function runDemo(dev: Dev, out: (line: string) => void): Promise<string> {
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const client = createClient({ api: dev.api, token: dev.token });
  const deadline = AbortSignal.timeout(DEMO_TIMEOUT_MS);
  try {
    for (const name of EXAMPLES) await register(client, name);
    out(`Registered ${EXAMPLES.length} example workflows: ${EXAMPLES.join(', ')}.`);

    const { id } = await client.post<{ id: string }>(
      `/workflows/${DEMO}/run`,
      { input: { period: 5, ...dev.examples }, metadata: { demo: true } },
      { 'idempotency-key': randomUUID() },
    );
    out(`Running ${paint.bold(DEMO)} ${paint.dim(id)}\n`);
    const draw = createTimeline(out, paint);
    let decided = false;
    for await (const followed of client.follow(id, deadline)) {
      draw(followed);
      const gate = openedGate(followed);
      if (gate !== undefined && !decided) {
        decided = true;
        await decide(client, id, gate);
      }
    }
    const run = await client.get<RunView>(`/workflow_runs/${id}`);
    out('');
    for (const line of gantt(run, paint)) out(line);
    if (run.status !== 'completed')
      throw new Error(`the run is ${run.status}: ${run.error?.code} ${run.error?.message}`);
    out('');
    for (const line of summary(run)) out(line);
    return id;
  } catch (error) {
    const why = deadline.aborted ? `it took longer than ${DEMO_TIMEOUT_MS / 1000} s` : (error as Error).message;
    throw new Error(`the demo run failed: ${why}`, { cause: error });
  }
}

async function register(client: Client, name: string): Promise<Applied> {
  const file = new URL(`../../examples/workflows/${name}.yaml`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  try {
    return await client.postSpec<Applied>('/workflows', text, file.pathname);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.problem.errors?.length) throw error;
    const shown = showSpecProblems(error.problem.errors, { name: `${name}.yaml`, text }, paintFor(false, {}));
    throw new Error(`${name} was refused\n${shown.join('\n')}`, { cause: error });
  }
}

/** After a reconnect the gate may look open although the decision arrived: then the API says that it is closed. */
async function decide(client: Client, id: string, gate: string): Promise<void> {
  const path = `/workflow_runs/${id}/nodes/${encodeURIComponent(gate)}/decision`;
  try {
    await client.post(path, { decision: 'approve', comment: 'Approved by the demo.' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.code !== 'GATE_CLOSED') throw error;
  }
}

function summary({ output }: RunView): string[] {
  const { brief, published } = output as {
    brief: { title: string; summary: string; note: string };
    published: boolean;
  };
  return [`${brief.title}. ${brief.summary}`, brief.note, `Published: ${published ? 'yes' : 'no'}.`];
}
