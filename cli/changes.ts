import type { Change } from '../core/json-diff.js';
import type { Json } from '../core/json.js';
import type { Paint } from './paint.js';

/** Both sides stand on one line when they are no longer than this together. */
const ONE_LINE = 80;

/** A side that the API has left out because it weighs too much. */
type Shown = Change & { omitted?: ('from' | 'to')[] };

/** Each place that differs: `/retry/max_attempts  3 → 5`, or what was and what is below it when that is long. */
export function drawChanges(changes: readonly Shown[], paint: Paint, indent = '    '): string[] {
  return changes.flatMap((change) => {
    const { pointer } = change;
    const [from, to] = [sideOf(change, 'from'), sideOf(change, 'to')];
    const place = `${indent}${pointer || '/'}`;
    if (from !== undefined && to !== undefined && isShort(from, to))
      return [`${place}  ${paint.bad(from)} ${paint.dim('→')} ${paint.good(to)}`];
    const [gone, come] = apart(linesOf(from), linesOf(to));
    return [
      place,
      ...gone.map((line) => paint.bad(`${indent}  - ${line}`)),
      ...come.map((line) => paint.good(`${indent}  + ${line}`)),
    ];
  });
}

const isShort = (from: string, to: string): boolean => from.length + to.length <= ONE_LINE && !/\n/.test(from + to);

function sideOf(change: Shown, side: 'from' | 'to'): string | undefined {
  if (change.omitted?.includes(side)) return '(large)';
  const value = change[side];
  return value === undefined ? undefined : textOf(value);
}

/** Text of several lines is shown as it is: code, for instance. */
const textOf = (value: Json): string =>
  typeof value === 'string' && value.includes('\n') ? value.trimEnd() : JSON.stringify(value);

const linesOf = (text: string | undefined): string[] => text?.split('\n') ?? [];

/** Without the lines that both begin and end with. */
function apart(from: string[], to: string[]): [string[], string[]] {
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start++;
  let end = 0;
  while (end < most - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  return [from.slice(start, from.length - end), to.slice(start, to.length - end)];
}
