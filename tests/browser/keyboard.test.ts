import type { Locator, Page } from 'playwright-core';
import { Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** Without a mouse, and as it is told to those who listen. The builder's keys are in builder.test.ts. */
let heddle: E2E;
let visitors: Visitors;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
  for (const spec of [RELAY, GATE]) await heddle.apply(spec);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

const RELAY = `name: relay
nodes:
  - { key: draft, type: transform, config: { value: { text: A brief } } }
  - { key: go, type: wait, config: { event: go } }
edges: [{ from: draft, to: go }]
`;
const GATE = `name: gate
nodes:
  - key: check
    type: human_gate
    config:
      title: Publish it?
      form: { type: object, required: [grade], properties: { grade: { type: string, enum: [good, fair] } } }
`;

/** The element with the focus is on the screen, and marked as having it. */
const SEEN = `(() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { top, bottom, width } = at.getBoundingClientRect();
  const marked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  return at === document.body || (marked && width > 0 && bottom > 0 && top < innerHeight) ? '' : at.outerHTML.slice(0, 200);
})()`;

const hasFocus = async (target: Locator): Promise<boolean> =>
  (await target.and(target.page().locator(':focus')).count()) === 1;

/** With Tab alone, and the focus is seen all the way. */
async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  for (let steps = 0; steps < 50; steps++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>(SEEN)).toBe('');
    if (await hasFocus(target)) return;
  }
  throw new Error(`no Tab leads to ${String(target)}`);
}

/** What is read aloud by itself says that, sooner or later. */
const announced = (page: Page, words: string | RegExp): Promise<void> =>
  page.locator('[role=status], [aria-live=polite]').filter({ hasText: words }).first().waitFor({ state: 'attached' });

async function started(workflow: string): Promise<string> {
  const run = await heddle.run(workflow);
  await until(async () => (await heddle.view(run)).status === 'waiting');
  return run;
}

test('the first Tab offers to skip to the content; a link leads to another screen, which says its name', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto('/runs');
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await hasFocus(page.getByRole('link', { name: 'Skip to the content' }))).toBe(true);
  await page.keyboard.press('Enter');
  expect(await hasFocus(page.getByRole('main'))).toBe(true);
  await page.keyboard.press('Tab');
  expect(await hasFocus(page.getByRole('main').locator('a, button, input').first())).toBe(true);
  await page.reload();
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  await tabTo(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflows' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();
  await announced(page, /^Workflows/);
  expect(await hasFocus(page.getByRole('main'))).toBe(true);
  expect(complaints).toEqual([]);
});

test('a run’s graph is walked with arrows, a node is opened, read and closed, and the focus is where it was', async () => {
  const run = await started('relay');
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto(`/runs/${run}`);
  const graph = page.getByRole('application', { name: /^Graph of 2 nodes/ });
  await tabTo(graph);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await announced(page, /^draft, transform, Completed/);
  await page.keyboard.press('Enter');
  const node = page.getByRole('region', { name: 'Node draft' });
  await tabTo(node.getByRole('tab', { name: 'Overview' }));
  for (const name of ['Input', 'Output']) {
    await page.keyboard.press('ArrowRight');
    await node.getByRole('tab', { name, selected: true }).waitFor();
  }
  await node.getByRole('tabpanel', { name: 'Output' }).getByText('A brief').waitFor();
  await page.keyboard.press('Escape');
  await node.waitFor({ state: 'detached' });
  expect(await hasFocus(graph)).toBe(true);
  expect(complaints).toEqual([]);
});

test('what becomes of a run is told to those who listen, while they do nothing', async () => {
  const run = await started('relay');
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto(`/runs/${run}`);
  await tabTo(page.getByRole('application', { name: /^Graph/ }));
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await announced(page, /^go, .*Waiting/);
  expect((await heddle.request('POST', `/workflow_runs/${run}/events/go`, { json: {} })).status).toBeLessThan(300);
  await announced(page, /^go, .*Completed/);
  await announced(page, /^Completed$/); // the run
  await page.locator('[role=status][data-link=ended]').waitFor();
  expect(complaints).toEqual([]);
});

test('a gate is found, its form filled in, and approved with keys alone', async () => {
  const run = await started('gate');
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await tabTo(page.getByRole('link', { name: /^Inbox/ }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Publish it?' }).waitFor(); // what is most pressing is open
  await tabTo(page.getByRole('combobox', { name: /grade/i }));
  await page.keyboard.type('good');
  await tabTo(page.getByRole('button', { name: 'Approve' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Approve this gate?' });
  await dialog.waitFor();
  expect(await hasFocus(dialog.getByRole('button', { name: 'Approve' }))).toBe(true);
  await page.keyboard.press('Enter');
  await announced(page, 'Approved.');
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed' });
  expect(complaints).toEqual([]);
});
