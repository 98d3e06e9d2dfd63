import type { Locator, Page } from 'playwright-core';

/** The builder's parts, as they are named to whoever can not see them. */
export const canvas = (page: Page): Locator => page.getByRole('application', { name: /^Canvas/ });

/** The form of a node by its key, of an edge (`a → b`), or of the `Workflow`. */
export const form = (page: Page, name: string): Locator =>
  page.getByRole('complementary', { name: `Form: ${name}`, exact: true });

export const node = (page: Page, key: string): Locator =>
  canvas(page).getByRole('group', { name: new RegExp(`^${key}, `) });

export const edge = (page: Page, from: string, to: string): Locator =>
  canvas(page).getByRole('group', { name: `Edge from ${from} to ${to}` });

/** The spec's text beside the canvas. */
export const spec = (page: Page): Locator => page.getByRole('textbox', { name: 'Spec' });

/** With `and`: that it has the focus. */
export const focused = (page: Page): Locator => page.locator(':focus');

/** Presses keys, one after the other. */
export const pressing =
  (page: Page) =>
  async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
