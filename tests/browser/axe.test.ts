import { showcase, type Showcase } from '../../scripts/web/showcase.js';
import { flaws, Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';

let heddle: E2E;
let visitors: Visitors;
let shown: Showcase;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
  shown = await showcase(heddle);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

/** Where, and what is there when the screen is. */
const screens = ({ waiting, held, completed }: Showcase): [path: string, shows: RegExp | string][] => [
  ['/runs', 'publish-brief@1'],
  [`/runs/${waiting}?node=sign_off`, /Waits for/],
  [`/runs/${held}?node=parse&tab=list`, /Held after/],
  [`/runs/${completed}?tab=timeline`, 'Critical path'],
  [`/runs/${completed}?tab=logs`, /drafting/],
  [`/runs/${completed}?tab=history`, /WorkflowExecutionStarted/],
  ['/workflows', 'nightly-import'],
  ['/workflows/publish-brief', /No problems/],
  [`/inbox?run=${waiting}&node=sign_off`, /Noble gases take part/],
  ['/nothing/here', /nothing here/i],
];

test.each(['light', 'dark'] as const)('axe finds nothing on any screen, %s', async (colorScheme) => {
  const options = { colorScheme, reducedMotion: 'reduce' } as const;
  const { page, complaints } = await visitors.visitor(heddle.api, shown.ann.token, options);
  const found: string[] = [];
  for (const [path, shows] of screens(shown)) {
    await page.goto(path);
    await page.getByText(shows).first().waitFor();
    found.push(...(await flaws(page)).map((flaw) => `${path.replace(/run_\w+/, ':id')} ${flaw}`));
  }
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});
