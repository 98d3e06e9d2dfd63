import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setUp } from '../tests/support/global-setup.js';
import { Visitors } from '../tests/support/browser.js';
import { openE2E } from '../tests/support/e2e.js';
import { ROOT } from './dev/state.js';
import { buildWeb } from './web/build.js';
import { type Showcase, showcase } from './web/showcase.js';

/** npm run pictures: each screen of the web app in both themes, and what people use on a phone, into docs/images/web. On a stack of its own. */
const OUT = path.join(ROOT, 'docs/images/web');
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const TOUCH = { isMobile: true, hasTouch: true };

interface Picture {
  name: string;
  path: string;
  /** What has to be there before it is taken. */
  shows: string;
  size?: typeof DESK;
  /** Before anybody has signed in. */
  stranger?: true;
}

const pictures = ({ waiting, held, completed }: Showcase): Picture[] => [
  { name: 'runs', path: '/runs', shows: 'publish-brief@2' },
  { name: 'run', path: `/runs/${waiting}?node=sign_off`, shows: 'sign_off' },
  { name: 'run-held', path: `/runs/${held}?node=parse`, shows: 'row 17' },
  { name: 'run-timeline', path: `/runs/${completed}?tab=timeline`, shows: 'draft' },
  { name: 'run-logs', path: `/runs/${completed}?tab=logs`, shows: 'drafting a brief' },
  { name: 'compare', path: `/runs/${waiting}/compare/${completed}`, shows: 'sign_off' },
  { name: 'workflows', path: '/workflows', shows: 'nightly-import' },
  { name: 'builder', path: '/workflows/publish-brief?node=sign_off', shows: 'sign_off' },
  { name: 'builder-form', path: '/workflows/publish-brief?node=sign_off&panel=form', shows: 'Who decides' },
  { name: 'builder-try', path: '/workflows/publish-brief?panel=try', shows: 'Without any effect' },
  { name: 'versions', path: '/workflows/publish-brief/diff?from=1&to=2', shows: 'shelve' },
  { name: 'inbox', path: `/inbox?run=${waiting}&node=sign_off`, shows: 'Noble gases take part' },
  { name: 'inbox-phone', path: '/inbox', shows: 'Publish the brief', size: PHONE },
  { name: 'gate-phone', path: `/inbox?run=${waiting}&node=sign_off`, shows: 'Noble gases take part', size: PHONE },
  { name: 'sign-in', path: '/sign-in', shows: 'API key', stranger: true },
];

const tearDown = await setUp();
await buildWeb({ say: console.error });
const heddle = await openE2E();
const visitors = await Visitors.open();
try {
  await mkdir(OUT, { recursive: true });
  const shown = await showcase(heddle);
  for (const colorScheme of ['light', 'dark'] as const)
    for (const { name, path: to, shows, size = DESK, stranger } of pictures(shown)) {
      const calm = { colorScheme, viewport: size, reducedMotion: 'reduce' } as const;
      const options = size === PHONE ? { ...calm, ...TOUCH } : calm;
      const { page, context } = stranger
        ? await visitors.stranger(heddle.api, options)
        : await visitors.visitor(heddle.api, shown.ann.token, options);
      await page.goto(to);
      await page.getByText(shows).first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined); // a live page is never quite idle
      await page.screenshot({ path: path.join(OUT, `${name}-${colorScheme}.png`), animations: 'disabled' });
      await context.close();
      console.log(`${name}-${colorScheme}.png`);
    }
} finally {
  await visitors.close();
  await heddle.close();
  await tearDown();
}
process.exit();
