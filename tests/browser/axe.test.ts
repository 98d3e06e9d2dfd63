import { showcase, type Showcase } from '../../scripts/web/showcase.js';
import { flaws, type Visit, Visitors } from '../support/browser.js';
import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import {
  EMPTY,
  inboxScreens,
  phoneScreens,
  runScreens,
  type Screen,
  walk,
  workflowScreens,
} from '../support/screens.js';

let heddle: E2E;
let visitors: Visitors;
let shown: Showcase;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
  shown = await showcase(heddle);
  for (const edges of ['', 'edges: [{ from: a, to: b }]']) await heddle.apply(`${TWO}${edges}`);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

/** Has two versions. */
const TWO = `name: two
nodes:
  - { key: a, type: transform, config: { value: 1 } }
  - { key: b, type: transform, config: { value: 2 } }
`;
const CALM = { reducedMotion: 'reduce' } as const; // what moves is looked at where it comes to rest
const PHONE = { ...CALM, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Looks with axe at a page, light and dark: between them nothing but colours differ. */
function looker({ page }: Visit) {
  const found: string[] = [];
  const look = async (name: string): Promise<void> => {
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await flaws(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await flaws(page, 'color-contrast');
    found.push(...light.map((flaw) => `${name}: ${flaw}`), ...dark.map((flaw) => `${name}, dark: ${flaw}`));
  };
  return { found, look };
}

async function visit(token: string, screens: Screen[], options: typeof CALM | typeof PHONE = CALM): Promise<void> {
  const visited = await visitors.visitor(heddle.api, token, options);
  const { found, look } = looker(visited);
  await walk(visited.page, screens, look);
  await visited.context.close();
  expect(found).toEqual([]);
  expect(visited.complaints).toEqual([]);
}

test('axe finds nothing on the screens of runs', () => visit(heddle.token, runScreens(shown)));

test('axe finds nothing on the screens of the inbox', () => visit(shown.ann.token, inboxScreens(shown)));

test('axe finds nothing on the screens of workflows, and in the builder', () => visit(heddle.token, workflowScreens()));

test('axe finds nothing on a phone', () => visit(shown.ann.token, phoneScreens(shown), PHONE));

test('axe finds nothing where there is nothing yet', async () => visit(await otherOrg(heddle.databaseUrl), EMPTY));

test('axe finds nothing on the sign-in page, on what refuses a key, and when the server can not be reached', async () => {
  const visited = await visitors.stranger(heddle.api, CALM);
  const { page, context, complaints } = visited;
  const { found, look } = looker(visited);
  await page.goto('/sign-in');
  await page.getByLabel('API key').fill('hdl_wrong');
  await look('sign-in');
  await page.keyboard.press('Enter');
  await page.getByText('This key is not known').waitFor();
  await look('refused');
  await page.getByLabel('API key').fill(heddle.token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  await context.setOffline(true);
  await page.getByRole('searchbox', { name: 'Search' }).fill('publish');
  await page.getByText('The server can’t be reached').waitFor();
  await look('offline');
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});
