import Sequencer from '@jest/test-sequencer';

/** By how long they took on two cores, longest first. A fresh clone has no times of its own, and jest would go by the size of files. */
const LONG = [
  'browser/axe',
  'e2e/schedules',
  'e2e/side-by-side',
  'workflow/redrive',
  'workflow/spec-tests',
  'replay/replay',
  'e2e/repair',
  'conformance/live-feed',
  'browser/builder',
].map((name) => `/tests/${name}.test.ts`);
const rank = ({ path }) => {
  const at = LONG.findIndex((end) => path.endsWith(end));
  return at === -1 ? LONG.length : at;
};

/** Long files first: the last ones are short, and no core waits for another. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
