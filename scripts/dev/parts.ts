import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { firstMessage, type PartSpec } from './keep.js';
import { ROOT } from './state.js';
import { devServerArgs } from './temporal.js';

const node = (file: string): [string, ...string[]] => [
  process.execPath,
  '--enable-source-maps',
  '--import',
  'tsx',
  path.join(ROOT, file),
];
const saysSo = async (child: ChildProcess): Promise<void> => void (await firstMessage(child));

/** One of Heddle's own processes: it says over its channel that it is ready. */
export const role = (name: string, file: string, env: NodeJS.ProcessEnv): PartSpec => ({
  name,
  command: node(file),
  channel: true,
  env,
  ready: saysSo,
});

/** The outside world of the examples; `hear` gets its addresses. */
export const examples = (env: NodeJS.ProcessEnv): PartSpec => role('examples', 'examples/main.ts', env);

export async function temporalServer(
  cli: string,
  place: { port: number; uiPort?: number; db: string },
): Promise<PartSpec> {
  return {
    name: 'temporal',
    command: [cli, ...(await devServerArgs(place))],
    ready: () => temporalAnswers(`127.0.0.1:${place.port}`),
    graceMs: 10_000,
  };
}

/** Resolves when Temporal's frontend answers; whoever waits bounds it. */
export async function temporalAnswers(address: string, deadline = Date.now() + 60_000): Promise<void> {
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (err) {
      if (Date.now() > deadline) throw new Error(`Temporal does not answer at ${address}`, { cause: err });
      await sleep(100);
    }
  }
}
