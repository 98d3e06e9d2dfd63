/** The web app's own paths. The API answers each of them with the app's page; any other is nobody's, and a 404. */
const PAGES: ReadonlySet<string> = new Set(['/', '/sign-in']);
/** With all that lies below them. */
const SECTIONS = ['/workflows', '/runs', '/inbox', '/settings'];

/** `path` is that of a URL, without its query. */
export const isAppPath = (path: string): boolean =>
  PAGES.has(path) || SECTIONS.some((section) => path === section || path.startsWith(`${section}/`));
