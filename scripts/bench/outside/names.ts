/** The contenders that the bench brings. */
const OURS = /^(hand|heddle( by HTTP|, fuse: never)?)$/;

/** `NAME=URL`, each of them, by name. Throws one sentence that says what is wrong with which. */
export function namedContenders(given: string[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const each of given) {
    const [, name, url] = /^([^=]+)=(.+)$/.exec(each) ?? [];
    if (name === undefined || !URL.canParse(url!) || !/^https?:$/.test(new URL(url!).protocol))
      throw new Error(`--contender ${each}: expected NAME=URL, such as other=http://127.0.0.1:8800`);
    if (OURS.test(name) || found.has(name))
      throw new Error(`--contender ${each}: there is a contender ${name} already`);
    found.set(name, url!.replace(/\/+$/, ''));
  }
  return Object.fromEntries(found);
}
