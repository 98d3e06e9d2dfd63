import type { Locator, Page } from 'playwright-core';
import { Visitors } from '../support/browser.js';
import { canvas, edge, focused, form, node, pressing } from '../support/builder.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** The same graph twice, with the mouse and without one: a node that grades, and two ways on, one of them with a condition that holds. */
let heddle: E2E;
let visitors: Visitors;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

const suggestions = (page: Page) => page.getByRole('listbox', { name: 'Completions' });

/** By key, what became of the nodes of a run that has ended. */
async function ended(workflow: string): Promise<Record<string, string>> {
  const { status, nodes } = await heddle.finished(await heddle.run(workflow));
  expect(status).toBe('completed');
  return Object.fromEntries(nodes.map(({ key, status: became }) => [key, became]));
}

async function centreOf(part: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await part.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

test('with the mouse: nodes from the palette, edges from dot to dot, a condition with a field that completion offers', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto('/workflows/_new');
  await page.getByRole('button', { name: /^Nothing/ }).click();
  const drop = (x: number, y: number) =>
    page.getByRole('button', { name: 'Add transform', exact: true }).dragTo(canvas(page), { targetPosition: { x, y } });
  const name = async (from: string, to: string) => {
    await form(page, from).getByRole('textbox', { name: 'Key' }).fill(to);
    await form(page, from).getByRole('button', { name: 'Rename' }).click();
    await form(page, to).getByRole('textbox', { name: 'Key' }).and(focused(page)).waitFor(); // it is not lost with the button
  };
  const text = async (key: string, value: string) => {
    await form(page, key).getByRole('combobox', { name: 'Kind of Value' }).selectOption('Text');
    await form(page, key).getByRole('textbox', { name: 'Value', exact: true }).fill(value);
  };

  await drop(320, 90);
  await node(page, 'transform').dblclick();
  await name('transform', 'check');
  const check = form(page, 'check');
  await check.getByRole('combobox', { name: 'Kind of Value' }).selectOption('Fields');
  await check.getByRole('textbox', { name: 'Name of a new field' }).fill('grade');
  await check.getByRole('button', { name: 'Add', exact: true }).click();
  await check.getByRole('combobox', { name: 'Kind of grade' }).selectOption('Number');
  await check.getByRole('textbox', { name: 'grade', exact: true }).fill('7');
  await drop(160, 300);
  await name('transform', 'ship'); // what is dropped is selected, and the form is its own
  await text('ship', 'shipped');
  await drop(470, 300);
  await name('transform', 'sorry');
  await text('sorry', 'not today');

  const draw = async (from: string, to: string) => {
    await node(page, from).hover();
    const start = await centreOf(node(page, from).locator('.source'));
    const end = await centreOf(node(page, to).locator('.target'));
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y - 40, { steps: 6 });
    await page.mouse.move(end.x, end.y, { steps: 4 });
    await page.mouse.up();
    await form(page, `${from} → ${to}`).waitFor();
  };
  await draw('check', 'ship');
  await form(page, 'check → ship').getByRole('button', { name: 'Add a condition' }).click();
  await page.keyboard.type('nodes.check.output.'); // over what stood there
  await suggestions(page)
    .getByRole('option', { name: /^grade/ })
    .click();
  await page.keyboard.type(' > 5');
  await draw('check', 'sorry');
  const sorry = form(page, 'check → sorry');
  await sorry.getByRole('button', { name: 'Add a condition' }).click();
  await page.keyboard.type('nodes.check.output.grade <= 5');
  await sorry.getByRole('combobox', { name: 'Taken' }).selectOption('always');
  await edge(page, 'check', 'ship').click();
  await form(page, 'check → ship').getByText('nodes.check.output.grade > 5').waitFor();

  await canvas(page).click({ position: { x: 300, y: 600 } });
  await form(page, 'Workflow').getByRole('textbox', { name: 'Name' }).fill('by-mouse');
  await page.getByText('No problems').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/workflows\/by-mouse$/);
  expect(await ended('by-mouse')).toEqual({ check: 'completed', ship: 'completed', sorry: 'skipped' });
  expect(complaints).toEqual([]);
});

test('with keys alone: the same graph, from the first key to Save', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  const press = pressing(page);
  const type = (written: string) => page.keyboard.type(written);
  /** As far as it takes, but not for ever. */
  const tabTo = async (what: Locator) => {
    for (let tabs = 0; (await what.and(focused(page)).count()) === 0; tabs++) {
      if (tabs > 40) throw new Error(`Tab does not lead to ${String(what)}`);
      await press('Tab');
    }
  };
  /** The node that the keys are on. */
  const on = (key: string) => node(page, key).and(focused(page)).waitFor();
  /** In the form that has just been opened, on its key. */
  const called = async (key: string) => {
    await form(page, 'transform').getByRole('textbox', { name: 'Key' }).and(focused(page)).waitFor();
    await type(key);
    await press('Enter');
    await form(page, key).getByRole('textbox', { name: 'Key' }).and(focused(page)).waitFor();
  };
  const kind = async (key: string, field: string, start: string) => {
    await tabTo(form(page, key).getByRole('combobox', { name: `Kind of ${field}` }));
    await type(start);
  };
  const add = async (key: string) => {
    await press('a');
    await page.getByRole('dialog', { name: /^Add a node/ }).waitFor();
    await type('trans');
    await press('Enter');
    await called(key);
  };
  const back = async (key: string) => {
    await press('Escape');
    await on(key);
  };

  await page.goto('/workflows/_new');
  await tabTo(page.getByRole('button', { name: /^Nothing/ }));
  await press('Enter');
  await canvas(page).and(focused(page)).waitFor();
  await add('check');
  await kind('check', 'Value', 'Fields');
  await tabTo(form(page, 'check').getByRole('textbox', { name: 'Name of a new field' }));
  await type('grade');
  await press('Enter', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab');
  await kind('check', 'grade', 'Number');
  await tabTo(form(page, 'check').getByRole('textbox', { name: 'grade', exact: true }));
  await press('Control+a');
  await type('7');
  await back('check');
  await add('ship'); // after the one that the keys are on
  await kind('ship', 'Value', 'Text');
  await tabTo(form(page, 'ship').getByRole('textbox', { name: 'Value', exact: true }));
  await type('shipped');
  await back('ship');
  await press('Escape'); // nothing is selected: the next stands alone
  await add('sorry');
  await kind('sorry', 'Value', 'Text');
  await tabTo(form(page, 'sorry').getByRole('textbox', { name: 'Value', exact: true }));
  await type('not today');
  await back('sorry');

  await press('/'); // to check, wherever it stands
  await page.getByRole('dialog', { name: 'Find a node' }).waitFor();
  await type('check');
  await press('Enter');
  await on('check');
  await press('e');
  await page.getByRole('dialog', { name: 'Connect check to' }).waitFor();
  await type('sorry');
  await press('Enter');
  await on('check');
  await edge(page, 'check', 'sorry').waitFor();
  await press('Enter'); // the edge that was made is selected
  const sorry = form(page, 'check → sorry');
  await tabTo(sorry.getByRole('combobox', { name: 'Taken' }));
  await type('always');
  await tabTo(sorry.getByRole('button', { name: 'Add a condition' }));
  await press('Enter');
  await sorry.getByRole('textbox', { name: 'Condition' }).and(focused(page)).waitFor();
  await type('nodes.check.output.grade <= 5');
  await back('check');
  await press(']', 'Enter'); // the first edge that leaves
  const ship = form(page, 'check → ship');
  await tabTo(ship.getByRole('button', { name: 'Add a condition' }));
  await press('Enter');
  await ship.getByRole('textbox', { name: 'Condition' }).and(focused(page)).waitFor();
  await type('nodes.check.output.');
  const chosen = (name: RegExp) => suggestions(page).getByRole('option', { name, selected: true });
  await chosen(/^grade/).waitFor();
  // A list that has only just come up takes no keys yet, lest they be meant for the text.
  await until(async () => {
    await press('ArrowDown');
    return (await chosen(/^all/).count()) === 1;
  });
  await press('ArrowUp');
  await chosen(/^grade/).waitFor();
  await press('Enter');
  await type(' > 5');
  await back('check');
  await press('Escape', 'Enter'); // of nothing, the form is the workflow's
  await form(page, 'Workflow').getByRole('textbox', { name: 'Name' }).and(focused(page)).waitFor();
  await type('by-keys');
  await page.getByText('No problems').waitFor();
  await press('Control+s');
  await page.waitForURL(/\/workflows\/by-keys$/);
  expect(await ended('by-keys')).toEqual({ check: 'completed', ship: 'completed', sorry: 'skipped' });
  expect(complaints).toEqual([]);
});
