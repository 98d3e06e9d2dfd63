import type { Page } from 'playwright-core';
import { Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';

/** From an empty canvas to a result, on the screens alone: nothing is asked of the API beside them but what became of it. */
let heddle: E2E;
let visitors: Visitors;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

const INPUT = 'type: object\nrequired: [topic]\nproperties:\n  topic: { type: string }';
const CODE =
  "export default ({ topic }) => { console.log('drafting a brief on ' + topic); return { text: topic + ' is rare' } }";
const form = (page: Page, name: string) => page.getByRole('complementary', { name: `Form: ${name}` });

/** Of the node that the graph shows under that key: its state, as it is read aloud. */
const onGraph = (page: Page, key: string, state: RegExp) =>
  page
    .getByRole('tabpanel', { name: 'Graph' })
    .getByRole('img', { name: new RegExp(`^${key}\\b.*${state.source}`, 'i') });

async function build(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add tool call' }).click();
  await form(page, 'call').getByRole('combobox', { name: 'Config' }).selectOption('function');
  await form(page, 'call').getByRole('textbox', { name: 'Code' }).fill(CODE);
  await form(page, 'call').getByRole('combobox', { name: 'Kind of Input' }).selectOption('Text');
  await form(page, 'call')
    .getByRole('textbox', { name: 'Input', exact: true })
    .fill(`${'$'}{ {"topic": input.topic} }`);
  await form(page, 'call').getByRole('textbox', { name: 'Key' }).fill('draft');
  await page.keyboard.press('Enter');
  await form(page, 'draft').waitFor();
  await page.getByRole('button', { name: 'Add wait' }).click(); // after the one that is selected
  await form(page, 'wait').getByRole('textbox', { name: 'Event' }).fill('go');
  await page.getByRole('application', { name: /^Canvas/ }).click({ position: { x: 20, y: 20 } }); // on nothing: the workflow's own form
  await form(page, 'Workflow').getByRole('textbox', { name: 'Name' }).fill('brief');
  await form(page, 'Workflow').getByRole('textbox', { name: 'Input schema' }).fill(INPUT);
  await form(page, 'Workflow').getByRole('combobox', { name: 'Kind of Output' }).selectOption('Text');
  await form(page, 'Workflow')
    .getByRole('textbox', { name: 'Output', exact: true })
    .fill(`${'$'}{ nodes.draft.output.text }`);
  await page.getByText('No problems').waitFor();
}

test('a workflow is drawn, saved and run with its form; the run is watched until its end, and its outputs and logs are read', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('link', { name: 'New workflow' }).click();
  await page.getByRole('button', { name: /^Nothing/ }).click();
  await build(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/workflows\/brief$/);

  await page.getByRole('button', { name: 'Run' }).click();
  const panel = page.getByRole('complementary', { name: 'Run' });
  await panel.getByRole('button', { name: 'Start the run' }).click();
  await panel.getByText('This is required.').waitFor(); // the schema has its say
  await panel.getByRole('textbox', { name: 'topic' }).fill('xenon');
  await panel.getByRole('button', { name: 'Start the run' }).click();
  await page.waitForURL(/\/runs\/run_/);
  const run = /run_\w+/.exec(page.url())![0];

  await onGraph(page, 'draft', /completed/).waitFor();
  await onGraph(page, 'wait', /waiting/).waitFor();
  await page.getByRole('button', { name: 'More: What to do with the run' }).click();
  await page.getByRole('menuitem', { name: /^Send event/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Send an event' });
  await dialog.getByLabel('Name', { exact: true }).fill('go');
  await dialog.getByRole('button', { name: 'Send an event' }).click();
  await onGraph(page, 'wait', /completed/).waitFor(); // nobody has loaded the page anew
  await page.locator('[data-link="ended"]').waitFor();
  await page.getByRole('heading', { level: 1 }).getByText('Completed').waitFor();

  await onGraph(page, 'draft', /completed/).click();
  const node = page.getByRole('region', { name: 'Node draft' });
  await node.getByRole('tab', { name: 'Output' }).click();
  await node.getByText('xenon is rare').waitFor();
  await node.getByRole('tab', { name: 'Logs' }).click();
  await node.getByText('drafting a brief on xenon').waitFor();
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed', output: 'xenon is rare' });
  expect(complaints).toEqual([]);
});
