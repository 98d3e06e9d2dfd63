/** A part of the app is not there any more: what Chromium, Firefox and Safari say of a module that they can't load. */
export const isStale = (error: unknown): boolean =>
  error instanceof TypeError && /dynamically imported module|Importing a module script failed/i.test(error.message);
