/** It travels in a cookie, and those have 4,096 characters at most. */
const LONGEST = 1_000;
const ANYWHERE = 'http://here.invalid';

/** A path of ours to go to after sign-in, with its query; whatever leads elsewhere, or nowhere, is `/`. */
export function returnTo(text: string | undefined): string {
  // A browser reads `\` as `/`, and leaves out control characters.
  // oxlint-disable-next-line no-control-regex -- just those
  if (text === undefined || !/^\/(?![/\\])[^\\\u0000-\u0020\u007f]*$/.test(text)) return '/';
  if (!URL.canParse(text, ANYWHERE)) return '/';
  const { origin, pathname, search, hash } = new URL(text, ANYWHERE);
  const place = `${pathname}${search}${hash}`;
  return origin === ANYWHERE && !place.startsWith('//') && place.length <= LONGEST ? place : '/';
}
