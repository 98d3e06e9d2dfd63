import type { Page } from 'playwright-core';
import type { Showcase } from '../../scripts/web/showcase.js';

/** One address of the web app, and what can be opened there. */
export interface Screen {
  path: string;
  /** There once the screen is. */
  shows: string | RegExp;
  /** One after another on the same page; what lies over it is closed again before the next. */
  states?: State[];
}
export interface State {
  name: string;
  open: (page: Page) => Promise<unknown>;
}

type Role = Parameters<Page['getByRole']>[0];
const press = (role: Role, name: string, then: (page: Page) => Promise<unknown>): State => ({
  name,
  async open(page) {
    await page.getByRole(role, { name, exact: true }).first().click();
    await then(page);
  },
});
const there = (role: Role, name?: string | RegExp) => (page: Page) =>
  page
    .getByRole(role, name === undefined ? {} : { name })
    .first()
    .waitFor();
const text = (shown: string | RegExp) => (page: Page) =>
  page.getByText(shown).locator('visible=true').first().waitFor();
const tab = (name: string): State => press('tab', name, there('tabpanel', name));
/** Of the panel beside a run. */
const nodeTab = (node: string, name: string): State => ({
  name: `${name} of ${node}`,
  async open(page) {
    const panel = page.getByRole('region', { name: `Node ${node}` });
    await panel.getByRole('tab', { name }).click();
    await panel.getByRole('tabpanel', { name }).waitFor();
  },
});
const dialog = (button: string): State => press('button', button, there('dialog'));
const menu = (button: string): State => press('button', button, there('menu'));
/** A dialog that a menu leads to. */
const item = (button: string, name: string): State => ({
  name,
  async open(page) {
    await menu(button).open(page);
    await page.getByRole('menuitem', { name }).first().click();
    await there('dialog')(page);
  },
});
const types = (field: string, value: string, shown: string | RegExp): State => ({
  name: `${field}: ${value}`,
  async open(page) {
    await page.getByLabel(field).and(page.locator('input')).first().fill(value);
    await page.keyboard.press('Enter');
    await text(shown)(page);
  },
});
/** On the builder's canvas, at that node. */
const key = (node: string, keys: string, name: string, then: (page: Page) => Promise<unknown>): State => ({
  name,
  async open(page) {
    await page.getByRole('group', { name: new RegExp(`^${node},`) }).press(keys);
    await then(page);
  },
});

const RUN_MENU = 'More: What to do with the run';

export const runScreens = ({ waiting, held, completed }: Showcase): Screen[] => [
  {
    path: '/runs',
    shows: 'publish-brief@2',
    states: [
      menu('npm start'),
      menu('Organisation: dev'),
      types('Field, as name:value', 'no field', 'A field is written as name:value.'),
      press('checkbox', 'Select all that are shown', there('toolbar', 'Selected runs')),
      dialog('Cancel'),
    ],
  },
  { path: '/runs?q=nothing-like-that', shows: 'No run matches', states: [dialog('Save filter')] },
  {
    path: `/runs/${waiting}?node=sign_off`,
    shows: /Waits for/,
    states: ['Input', 'Output', 'Logs'].map((name) => nodeTab('sign_off', name)),
  },
  {
    path: `/runs/${held}?node=parse`,
    shows: /Held after/,
    states: [
      ...['Retry', 'Skip', 'Set output', 'Pause', 'Cancel'].map(dialog),
      menu(RUN_MENU),
      ...['Fork', 'Amend', 'Send event', 'Compare', 'Terminate'].map((act) => item(RUN_MENU, act)),
      press('button', 'Find a node', there('search')),
      ...['Input', 'Output', 'Error', 'Logs'].map((name) => nodeTab('parse', name)),
      ...['List', 'Timeline', 'Logs', 'History'].map(tab),
      {
        name: 'an event is picked',
        async open(page) {
          await page.getByRole('option', { name: /WorkflowExecutionStarted/ }).click();
          await there('region', 'Event 1')(page);
        },
      },
    ],
  },
  {
    path: `/runs/${completed}?node=facts`,
    shows: 'facts',
    states: [nodeTab('facts', 'Items'), nodeTab('facts', 'Output')],
  },
  { path: `/runs/${completed}`, shows: 'Completed', states: ['List', 'Timeline', 'Logs', 'History'].map(tab) },
  { path: `/runs/${completed}?node=nowhere`, shows: 'There is no node nowhere' },
  { path: `/runs/${waiting}/compare/${completed}`, shows: /sign_off/ },
  { path: '/runs/run_nowhere', shows: 'There is no such run' },
  { path: '/runs/nothing/is/here', shows: 'There is nothing here' },
];

export const workflowScreens = (): Screen[] => [
  {
    path: '/workflows',
    shows: 'nightly-import',
    states: [menu('More of two'), types('Search workflows', 'zzz', /No workflow has/)],
  },
  {
    path: '/workflows/_new',
    shows: 'What does it begin with?',
    states: [
      press('button', 'Nothing An empty canvas.', text('No nodes yet.')),
      dialog('Add a node'),
      press('button', 'Add tool call', text(/\d problems?$/)),
      press('button', 'Text', there('textbox')),
    ],
  },
  {
    path: '/workflows/publish-brief',
    shows: 'No problems',
    states: [
      ...['Find a node', 'Keys', 'Add a node'].map(dialog),
      menu('Version 2. Show another'),
      key('draft', 'ArrowDown', 'a node is selected', text('No problems')),
      key('draft', 'e', 'Connect', there('dialog')),
      key('draft', ']', 'an edge is selected', text('No problems')),
      key('draft', 'Enter', 'its form', there('complementary', /^Form: draft →/)),
      {
        name: 'suggestions for its condition',
        async open(page) {
          const add = page.getByRole('button', { name: 'Add a condition' });
          if (await add.isVisible()) await add.click();
          await page.getByRole('textbox', { name: 'Condition' }).click();
          await page.keyboard.press('Control+End');
          await page.keyboard.type(' && nodes.draft.');
          await there('listbox', 'Completions')(page);
        },
      },
    ],
  },
  { path: '/workflows/publish-brief?panel=form', shows: 'You changed this' },
  ...['draft', 'facts', 'spelling', 'sign_off', 'publish'].map((node) => ({
    path: `/workflows/publish-brief?panel=form&node=${node}`,
    shows: node,
  })),
  {
    path: '/workflows/publish-brief?panel=form',
    shows: 'As a whole',
    states: [press('button', 'Text', there('textbox'))],
  },
  {
    path: '/workflows/publish-brief?panel=run',
    shows: 'Start the run',
    states: [press('button', 'Start the run', text('This is required.'))],
  },
  {
    path: '/workflows/pay-invoice?panel=try',
    shows: 'Without any effect',
    states: [
      types('number', '7', 'number'),
      types('amount', '7 EUR', 'amount'),
      press('button', 'Say what would run', there('region', 'What would run')),
      tab('Test cases'),
    ],
  },
  { path: '/workflows/two?version=1', shows: 'Versions do not change.' },
  { path: '/workflows/two/diff?from=1&to=2', shows: 'Changes', states: ['Graph', 'Text'].map(tab) },
  { path: '/workflows/pay-invoice/diff', shows: 'There is one version' },
  { path: '/workflows/nowhere', shows: 'NOT_FOUND' },
];

export const inboxScreens = ({ waiting }: Showcase): Screen[] => [
  {
    path: `/inbox?run=${waiting}&node=sign_off`,
    shows: /Noble gases take part/,
    states: [
      dialog('Approve'),
      dialog('Deny'),
      press('button', 'Claim', there('button', 'Release')),
      dialog('Delegations'),
      {
        name: 'a delegation is written',
        async open(page) {
          await dialog('Delegations').open(page);
          await press('button', 'Delegate my gates', there('textbox', 'Reason')).open(page);
        },
      },
      {
        name: 'another is approved',
        async open(page) {
          await page.getByText('Pay invoice 1017?').first().click();
          await page.getByRole('heading', { name: 'Pay invoice 1017?' }).waitFor();
          await dialog('Approve').open(page);
          await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
          await text('Approved.')(page);
        },
      },
    ],
  },
  { path: '/inbox?show=overdue', shows: 'Nothing of yours is overdue' },
  { path: '/inbox?q=nothing-like-that', shows: 'Nothing matches' },
  { path: '/inbox?show=decided', shows: /lead/ },
  { path: '/inbox?run=run_nowhere&node=none', shows: 'NOT_FOUND' },
];

/** Of an org that has nothing yet. */
export const EMPTY: Screen[] = [
  { path: '/runs', shows: 'No run yet' },
  { path: '/workflows', shows: 'No workflows yet' },
  { path: '/inbox', shows: 'Nothing waits for you' },
];

export const phoneScreens = ({ waiting, held }: Showcase): Screen[] => [
  { path: '/runs', shows: 'publish-brief@2', states: [press('button', 'More filters', there('combobox', 'Workflow'))] },
  { path: `/runs/${waiting}`, shows: 'Waiting', states: ['Graph', 'List', 'Timeline', 'Logs'].map(tab) },
  { path: `/runs/${held}?node=parse`, shows: /Held after/ },
  { path: '/inbox', shows: /Publish the brief/ },
  { path: `/inbox?run=${waiting}&node=sign_off`, shows: /Noble gases take part/, states: [dialog('Deny')] },
];

/** Goes to every one of them, opens what can be opened, and has each state looked at. What does not come is told with its name. */
export async function walk(page: Page, screens: Screen[], look: (name: string) => Promise<void>): Promise<void> {
  for (const { path, shows, states = [] } of screens) {
    const place = path.replaceAll(/run_\w+/g, ':id');
    const to = async (name: string, open: () => Promise<unknown>): Promise<void> => {
      try {
        await open();
      } catch (cause) {
        throw new Error(`${place} ${name} does not come: ${(cause as Error).message}`, { cause });
      }
      await look(`${place} ${name}`);
    };
    await to('', () => page.goto(path).then(() => text(shows)(page)));
    for (const { name, open } of states) {
      await to(name, () => open(page));
      const over = page.getByRole('dialog').or(page.getByRole('menu')).first();
      if (await over.isVisible()) {
        await page.keyboard.press('Escape');
        await over.waitFor({ state: 'detached' });
      }
    }
  }
}
