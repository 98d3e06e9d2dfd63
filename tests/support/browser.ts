import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** A real Chromium: $CHROMIUM, or what is on the PATH. Throws a sentence that says what to install. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  const given = env['CHROMIUM'] ? [env['CHROMIUM']] : [];
  const found = [...given, ...names.flatMap((name) => folders.map((folder) => path.join(folder, name)))].find(
    isProgram,
  );
  if (found === undefined)
    throw new Error(
      'There is no Chromium: install it (Debian: apt-get install chromium; elsewhere Chrome or Edge will do), or set CHROMIUM to its program.',
    );
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there
  }
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the page's scripts failed with, and what its policy refused: a test demands that there is nothing. */
  complaints: string[];
}

/** One Chromium for a test file; each visitor has a session of their own. */
export class Visitors {
  private readonly browser: Browser;

  private constructor(browser: Browser) {
    this.browser = browser;
  }

  static async open(): Promise<Visitors> {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium's own sandbox refuses to run as root
    return new Visitors(await chromium.launch({ executablePath: findChromium(), args }));
  }

  /** A browser in which nobody is signed in. */
  async stranger(api: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
    const context = await this.browser.newContext({ baseURL: api, viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (err) => complaints.push(String(err)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
    });
    return { page, context, complaints };
  }

  /** Signs in as a person would. */
  async visitor(api: string, token: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
    const visit = await this.stranger(api, options);
    const { page } = visit;
    await page.goto('/sign-in');
    await page.getByLabel('API key').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    return visit;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** A refusal that the API means is told on the console, too: no fault of the page. */
const EXPECTED = /status of (401|403|404|409|422)|WebSocket connection|net::ERR_/;

/** What axe finds on the page as it stands (WCAG 2.2, A and AA, or of that one rule alone): a line for each flaw. */
export async function flaws(page: Page, rule?: string): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: rule === undefined ? tags : [rule], resultTypes: ['violations'] })
    .setLegacyMode() // pages have no frames of another origin: no second page is opened to put results together
    .exclude(BEHIND)
    .analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}

/** What lies behind an open dialog is dimmed, and for nobody to read or reach until it closes. */
const BEHIND = '[data-aria-hidden=true]';
