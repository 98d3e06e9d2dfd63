import { Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { person } from '../support/people.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

let heddle: E2E;
let visitors: Visitors;
let world: World;
beforeAll(async () => {
  [heddle, visitors, world] = await Promise.all([openE2E(), Visitors.open(), openWorld()]);
});
afterAll(() => Promise.all([heddle.close(), visitors.close(), world.stop()]));

const row = (key: string) => new RegExp(`\\b${key}\\b`);

test('a held node is tried again from its panel, after a look at what that brings about', async () => {
  await heddle.apply(`name: held
nodes:
  - { key: load, type: transform, config: { value: { ok: "\${ 1 }" } } }
  - key: parse
    type: tool_call
    on_error: hold
    retry: { max_attempts: 1 }
    config: { tool: http, request: { url: "${world.url}/flaky/parse?fails=1" } }
  - { key: store, type: transform, config: { value: stored } }
edges: [{ from: load, to: parse }, { from: parse, to: store }]
output: "\${ nodes.store.output }"
`);
  const run = await heddle.run('held');
  await until(async () => (await heddle.view(run)).status === 'held');
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto(`/runs/${run}?node=parse`);
  await page
    .getByText(/Held after/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Retry' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry parse' });
  await dialog.getByLabel('Reason').fill('the other side is back');
  const ahead = dialog.getByRole('region', { name: 'What would happen' });
  await ahead.getByText(row('parse')).first().waitFor();
  await dialog.getByRole('button', { name: 'Retry parse' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('[data-link="ended"]').waitFor();
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed', output: 'stored' });
  await page.locator('[data-status="completed"]').first().waitFor();
  expect(complaints).toEqual([]);
});

test('the API is killed while a run is watched: the page says so, comes back, and shows what happened meanwhile', async () => {
  await heddle.apply(`name: watched
nodes:
  - { key: first, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/first" } } }
  - { key: second, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/second" } } }
  - { key: third, type: transform, config: { value: over } }
edges: [{ from: first, to: second }, { from: second, to: third }]
output: "\${ nodes.third.output }"
`);
  const run = await heddle.run('watched');
  const { page } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto(`/runs/${run}?tab=list`);
  await page.locator('[data-link="live"]').waitFor();
  await until(async () => world.holding.size === 1);
  heddle.kill('api');
  await page.locator('[data-link="lost"], [data-link="connecting"]').first().waitFor();
  world.release('/hold/first'); // goes on without an API
  await until(async () => world.holding.has('/hold/second'));
  world.release('/hold/second');
  await page.locator('[data-link="ended"]').waitFor();
  const { nodes, status } = await heddle.finished(run);
  expect(status).toBe('completed');
  for (const { key } of nodes)
    await page
      .getByRole('row', { name: row(key) })
      .getByText('Completed')
      .first()
      .waitFor();
});

test('a viewer is offered no act, and refused when they ask all the same', async () => {
  await heddle.apply('name: quiet\nnodes: [{ key: w, type: wait, config: { event: go } }]\n');
  const run = await heddle.run('quiet');
  const vic = await person(heddle, 'vic', [], ['viewer']);
  const { page, complaints } = await visitors.visitor(heddle.api, vic.token);
  await page.goto(`/runs/${run}?node=w`);
  await page
    .getByText(/waits for/i)
    .first()
    .waitFor();
  for (const name of ['Cancel', 'Pause', 'Skip', 'Set output'])
    expect(await page.getByRole('button', { name, disabled: false }).count()).toBe(0);
  const answer = await page.evaluate<number>(
    `fetch('/api/v1/workflow_runs/${run}/cancel', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status)`,
  );
  expect(answer).toBe(403);
  expect(complaints).toEqual([]);
});

test('on a phone a node has its name, its state and a way out, and says no keys', async () => {
  await heddle.apply('name: quiet\nnodes: [{ key: w, type: wait, config: { event: go } }]\n');
  const run = await heddle.run('quiet');
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token, phone);
  await page.goto(`/runs/${run}?node=w`);
  const sheet = page.getByRole('dialog', { name: 'Node w' });
  await sheet.getByRole('heading', { name: 'w', exact: true }).waitFor();
  await sheet.locator('header').getByRole('img', { name: 'Waiting' }).waitFor();
  await sheet.getByRole('button', { name: 'Skip' }).tap();
  const asked = page.getByRole('dialog', { name: 'Skip w' });
  await asked.getByRole('button', { name: 'Close' }).tap();
  await asked.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Skip' }).waitFor();
  expect(await page.getByRole('tooltip').count()).toBe(0);
  await sheet.getByRole('button', { name: 'Close the node' }).tap();
  await sheet.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('of a long log the newest lines are shown; all of it is searched, and read on before them', async () => {
  const log = (code: string) => `{ tool: function, code: "export default () => { ${code}; return null }" }`;
  await heddle.apply(`name: talkative
nodes:
  - { key: first, type: tool_call, config: ${log("console.log('a needle')")} }
  - key: lanes
    type: map
    config:
      over: "\${ [1, 2, 3, 4, 5, 6] }"
      do: { type: tool_call, config: ${log('for (let i = 1; i <= 900; i++) console.log(i)')} }
edges: [{ from: first, to: lanes }]
`);
  const run = await heddle.run('talkative');
  await heddle.finished(run);
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto(`/runs/${run}?tab=logs`);
  const logs = page.getByRole('region', { name: 'Logs', exact: true });
  await logs.getByText('the newest 5,000 lines').waitFor();
  const search = logs.getByRole('searchbox', { name: 'Search the logs' });
  await search.fill('Needle');
  await logs.getByRole('log').getByText('a needle').waitFor();
  await search.fill('');
  await logs.getByRole('button', { name: 'Read earlier lines' }).click();
  await logs.getByText('5,401 lines', { exact: true }).waitFor();
  await logs.getByRole('button', { name: 'Jump to newest' }).waitFor(); // those that were asked for are in view
  expect(complaints).toEqual([]);
});
