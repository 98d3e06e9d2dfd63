import type { Client } from '@temporalio/client';
import { newToken } from '../../adapters/postgres/api-keys.js';
import { freePort } from '../dev/ports.js';
import { devOrg } from '../dev/seed.js';
import type { Contender } from './contender.js';
import { startWorker, type WorkerProcess } from './process.js';

/**
 * Heddle as its users have it: runs are started by HTTP on a real API process, and go to the worker of the contender `heddle`; or, without
 * one, everything is in one process.
 */
export async function api(
  client: Client,
  worker: WorkerProcess | undefined,
  { env, logs }: { env: NodeJS.ProcessEnv; logs: string },
): Promise<Contender> {
  const token = newToken();
  await devOrg(env['DATABASE_URL']!, token);
  const port = String(await freePort(0));
  const [name, file] = worker ? ['api', '../../api/main.ts'] : ['all', 'heddle-all.ts'];
  const server = await startWorker(name, file, { env: { ...env, API_PORT: port }, logs });
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  return {
    name: worker ? 'heddle by HTTP' : 'one process, by HTTP',
    byHttp: true,
    worker: worker ?? server,
    create: async ({ spec }) => void (await post('/workflows', spec as object)),
    start: async ({ name }) => (await post(`/workflows/${name}/run`, { input: {} })).id,
    wait: async (run) => ((await client.workflow.getHandle(run).result()) as { output: never }).output,
    close: () => server.stop(),
  };
}
