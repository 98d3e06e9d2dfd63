import type { Locator } from 'playwright-core';
import { Visitors } from '../support/browser.js';
import { canvas, focused, form, node, pressing, spec } from '../support/builder.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** A workflow that is there is worked on: mistakes are mended, steps are undone, nothing is lost, and the next version is compared with it. */
let heddle: E2E;
let visitors: Visitors;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

const refund = (name: string) => `# Who may have a refund.
name: ${name}
input: { type: object, properties: { amount: { type: number } } }
nodes:
  - key: look # asks the shop
    type: transform
    config: { value: { amount: "\${ input.amount }" } }
    output: { type: object, properties: { amount: { type: number } } }

  # Small sums go through.
  - { key: pay, type: transform, config: { value: paid } }
  - { key: ask, type: transform, config: { value: asked } }
edges:
  - { from: look, to: pay, condition: nodes.look.output.amount < 100 }
  - { from: look, to: ask, condition: nodes.look.output.amount >= 100 } # a person has a look
`;
const COMMENTS = [
  '# Who may have a refund.',
  'look # asks the shop',
  '# Small sums go through.',
  '} # a person has a look',
];
/** Double clicks until the form is there: the layout may still move what is clicked. */
const opened = (wanted: Locator, by: Locator) =>
  until(async () => {
    await by.dblclick();
    return wanted.isVisible();
  });
const newest = async (name: string) => (await heddle.request('GET', `/workflows/${name}`)).body;

test('a misspelt field is shown on the edge, in its form, in the list and on its line; the list leads there, and mended it can be saved', async () => {
  await heddle.apply(refund('misspelt'));
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  const press = pressing(page);
  await page.goto('/workflows/misspelt');
  await page.getByText('No problems').waitFor();
  const edge = form(page, 'look → pay');
  await opened(edge, canvas(page).getByText('output.amount < 100')); // what the edge says leads to the edge
  await edge.getByRole('textbox', { name: 'Condition' }).click();
  await press('Control+a', 'Delete');
  await page.keyboard.type('nodes.look.output.amuont < 100');
  await edge.getByText('There is no property amuont here; there is amount.').waitFor();
  await canvas(page)
    .getByTitle(/there is no property amuont here/)
    .waitFor();
  const listed = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /^look → pay/ });
  await listed.getByText('there is no property amuont here; there is amount').waitFor();
  await press('Control+s');
  await page.getByText('Not saved: there is 1 problem to mend first').first().waitFor();
  expect((await newest('misspelt')).version).toBe(1);

  await listed.click();
  await spec(page).and(focused(page)).waitFor();
  const wrong = spec(page).locator('.cm-activeLine .cm-lintRange-error');
  expect(await wrong.innerText()).toBe('amuont');
  await wrong.dblclick(); // selects the word
  await page.keyboard.type('amount');
  await page.getByText('No problems').waitFor();
  await page.keyboard.type(' * 2.0');
  await page.getByText('No problems').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved as misspelt version 2').first().waitFor();
  expect((await newest('misspelt')).spec).toBe(
    refund('misspelt').replace('output.amount < 100', 'output.amount * 2.0 < 100'),
  );
  expect(complaints).toEqual([]);
});

test('steps are undone and done again, nodes are copied as text, unsaved work survives a reload with its comments, and versions are compared', async () => {
  await heddle.apply(refund('steps'));
  const { page, context, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const press = pressing(page);
  const on = (key: string) => node(page, key).and(focused(page)).waitFor();
  await page.goto('/workflows/steps');
  await node(page, 'ask').click();
  await press('a');
  await page.getByRole('dialog', { name: 'Add a node after ask' }).waitFor();
  await page.keyboard.type('wait');
  await press('Enter');
  await form(page, 'wait').getByRole('textbox', { name: 'Duration' }).fill('1s');
  await press('Escape');
  await on('wait');

  await press('Control+z', 'Control+z');
  await on('ask'); // where it was done
  expect(await node(page, 'wait').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await press('Control+Shift+z', 'Control+y');
  await on('wait');
  await node(page, 'wait').getByText('1s').waitFor();

  await node(page, 'pay').click();
  await press('Control+c', 'Control+v');
  await on('pay_2');
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toContain('key: pay');
  await press('Delete');
  await node(page, 'pay_2').waitFor({ state: 'detached' });
  await opened(form(page, 'pay'), node(page, 'pay'));
  await form(page, 'pay').getByRole('textbox', { name: 'Value', exact: true }).fill('paid at once');

  await page.reload();
  await page.getByText(/^You changed this .* and did not save it/).waitFor();
  expect(await node(page, 'wait').count()).toBe(0); // nothing is taken over without being asked
  await page.getByRole('button', { name: 'Restore' }).click();
  await node(page, 'wait').waitFor();
  await node(page, 'pay').getByText('paid at once').waitFor();
  for (const comment of COMMENTS) expect(await spec(page).innerText()).toContain(comment);

  await press('Control+s');
  await page.getByText('Saved as steps version 2').first().waitFor();
  for (const comment of COMMENTS) expect((await newest('steps')).spec).toContain(comment);
  await page.getByRole('link', { name: 'Compare versions' }).click();
  await page.getByRole('tab', { name: 'Graph' }).click();
  const both = page.getByRole('region', { name: 'Both versions as one graph' });
  await both.getByRole('group', { name: /^wait, .*added$/ }).waitFor();
  await both.getByRole('group', { name: /^pay, .*changed$/ }).waitFor();
  await both.getByRole('group', { name: /^Edge from ask to wait.*added$/ }).waitFor({ state: 'attached' });
  expect(await both.getByRole('group', { name: /added$|changed$|removed$/ }).count()).toBe(3);
  expect(complaints).toEqual([]);
});

test('where the text has all the room, what is written there is drawn once the canvas is back', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  const press = pressing(page);
  await page.goto('/workflows/_new');
  await page.getByRole('button', { name: /^Nothing/ }).click();
  await spec(page).click();
  await press('Control+a', 'Delete');
  await page.keyboard.insertText('name: one\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
  await node(page, 'a').waitFor();
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await spec(page).click();
  await press('Control+a', 'Delete');
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const nodes = keys.map((key) => `  - { key: ${key}, type: transform, config: { value: 1 } }\n`).join('');
  const edges = keys
    .slice(1)
    .map((to, i) => `  - { from: ${keys[i]}, to: ${to} }\n`)
    .join('');
  await page.keyboard.insertText(`name: over\nedges:\n${edges}nodes:\n${nodes}`);
  await page.getByText('No problems').waitFor();
  for (const key of ['a', 'h']) {
    await spec(page).getByText(`{ key: ${key},`).click(); // selects the node, far below the other on the canvas
    await page.locator(`.selected[data-id="${key}"]`).waitFor({ state: 'attached' });
  }
  await page.getByRole('button', { name: 'Canvas', exact: true }).click();
  await page.getByRole('heading', { name: 'over' }).waitFor();
  await node(page, 'h').click();
  expect(complaints).toEqual([]);
});

test('two write the same workflow: neither loses anything, and only comments are work, too', async () => {
  await heddle.apply(refund('shared'));
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  const press = pressing(page);
  await page.goto('/workflows/shared');
  await spec(page).click();
  await press('Control+Home');
  await page.keyboard.type('# Ours.\n');
  await heddle.apply(refund('shared').replace('value: paid', 'value: sent'));
  await press('Control+s');
  await page.getByText(/saved version 2/).waitFor();
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.getByRole('button', { name: 'Version 1. Show another' }).click();
  await page.getByRole('menuitemcheckbox', { name: /^Version 2/ }).click();
  await spec(page).getByText('value: sent').waitFor();
  await page.getByText(/did not save it. It was made from version 1; version 2 is newer/).waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await spec(page).click();
  await press('Control+Home');
  await page.keyboard.type('# Theirs, and ours.\n');
  await press('Control+s');
  await page.getByText('Saved as shared version 3').waitFor();
  expect((await newest('shared')).spec).toMatch(/^# Theirs, and ours\.\n[^]*value: sent/);

  await page.goto('/workflows/_new');
  await page.getByRole('button', { name: /^A text/ }).click();
  await spec(page).click();
  await press('Control+a', 'Delete');
  await page.keyboard.insertText('name: shared\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
  await page.getByText('No problems').waitFor();
  await press('Control+s');
  await page.getByText(/there is a workflow shared already, at version 3/).waitFor();
  expect(await newest('shared')).toMatchObject({ version: 3 });
  expect(complaints).toEqual([]);
});
