import { readFileSync } from 'node:fs';
import type { ApiDeps } from '../deps.js';
import { getAbout } from './endpoints.js';

const ask = (deps: Partial<ApiDeps>) => getAbout.handle({} as never, deps as ApiDeps);

test('it says its version, and where Temporal Web shows a run if that is known', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const run_url = 'http://t/namespaces/default/workflows/{workflow_id}';
  expect(await ask({})).toEqual({ status: 200, body: { version, temporal_web: null } });
  expect(await ask({ temporalRunAddress: run_url })).toEqual({
    status: 200,
    body: { version, temporal_web: { run_url } },
  });
});
