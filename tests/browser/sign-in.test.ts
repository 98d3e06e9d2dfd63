import { flaws, Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

let heddle: E2E;
let visitors: Visitors;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

test('who is not signed in is led to the sign-in page, and from there to where they wanted to go', async () => {
  const { page, complaints } = await visitors.stranger(heddle.api);
  await page.goto('/workflows');
  await page.waitForURL(/\/sign-in/);
  expect(await flaws(page)).toEqual([]);
  await page.getByLabel('API key').fill('hdl_wrong');
  await page.keyboard.press('Enter');
  await page.getByText('This key is not known').waitFor();
  await page.getByLabel('API key').fill(heddle.token);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/workflows$/);
  await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();
  expect(complaints).toEqual([]);
});

test('the key is nowhere in the browser, and no script can read the session', async () => {
  const { page, context } = await visitors.visitor(heddle.api, heddle.token);
  const kept = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
  );
  expect(kept).not.toContain(heddle.token);
  expect(kept).not.toContain('heddle_session');
  const [cookie, ...more] = await context.cookies();
  expect(more).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(cookie!.value).not.toContain(heddle.token);
});

test('after signing out the sign-in page is there at once, nothing of the org is left, and going back shows it again', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto('/runs');
  await page.getByTitle(/^key:|^user:/).click();
  const out = page.getByRole('menuitem', { name: 'Sign out' });
  await out.waitFor();
  // From here on only the sign-out itself is answered: no refusal of anything else brings the page.
  await page.route('**/api/v1/**', (route) => (route.request().method() === 'DELETE' ? route.continue() : undefined));
  await out.click();
  await page.getByLabel('API key').waitFor();
  expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.goBack();
  await page.getByLabel('API key').waitFor();
});

test('signing out asks before work is lost that was not saved, and leaves no draft', async () => {
  const { page, complaints } = await visitors.visitor(heddle.api, heddle.token);
  await page.goto('/workflows/_new');
  await page.getByRole('button', { name: /^Nothing/ }).click();
  await page.getByRole('button', { name: 'Add wait' }).click();
  const drafts = () => page.evaluate<number>(`Object.keys(localStorage).filter((key) => key.includes('draft')).length`);
  await until(async () => (await drafts()) === 1);
  const leave = async (answer: string): Promise<void> => {
    await page.getByTitle(/^key:|^user:/).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const dialog = page.getByRole('dialog', { name: /lose what is not saved/ });
    await dialog.getByText(/Not saved: a new workflow\./).waitFor();
    await dialog.getByRole('button', { name: answer }).click();
  };
  await leave('Stay');
  expect(await drafts()).toBe(1);
  await leave('Sign out');
  await page.waitForURL(/\/sign-in/);
  expect(await drafts()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a second tab notices that somebody else has signed in, and does nothing in their name before', async () => {
  const json = { name: 'Bob', roles: ['engineer'], person: 'user:bob' };
  const { token } = (await heddle.request('POST', '/api_keys', { json })).body as { token: string };
  const { page: first, context } = await visitors.visitor(heddle.api, heddle.token);
  await first.goto('/workflows');
  // This one hears nothing from the others: only what it asks for itself tells it.
  const deaf = await context.newPage();
  await deaf.addInitScript(`delete globalThis.BroadcastChannel`);
  await deaf.goto('/workflows');
  await deaf.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();

  const second = await context.newPage();
  await second.goto('/sign-in');
  await second.getByLabel('API key').fill(token);
  await second.getByRole('button', { name: 'Sign in' }).click();
  await second.getByTitle('user:bob').waitFor();
  await first.getByTitle('user:bob').waitFor();
  expect(new URL(first.url()).pathname).toBe('/workflows');

  const dialog = deaf.getByRole('dialog', { name: /^You are signed in as Bob/ });
  await deaf.getByRole('link', { name: 'Runs', exact: true }).click();
  await dialog.waitFor();
  expect(await flaws(deaf)).toEqual([]);
  await dialog.getByRole('button', { name: 'Load the page anew' }).click();
  await deaf.getByTitle('user:bob').waitFor();
});
