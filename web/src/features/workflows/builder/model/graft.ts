/** Lines `from` to `to` (exclusive) of the one text are lines `into` to `upTo` of the other. */
interface Hunk {
  from: number;
  to: number;
  into: number;
  upTo: number;
}

/**
 * A three-way merge of lines. `before` and `after` are the text as a printer writes it, without and with a change; the lines in which they
 * differ are put into the author's text, the rest of which stays byte for byte. Where the author wrote the changed lines in another
 * way, the printer's way is taken for them. `holds` has the last word: when the merged text is not what was meant, `after` is the answer.
 */
export function graft(text: string, before: string, after: string, holds: (merged: string) => boolean): string {
  if (text === before) return after;
  const [mine, printed, changed] = [text, before, after].map((each) => each.split('\n')) as [
    string[],
    string[],
    string[],
  ];
  // Lines that differ in blanks alone are the same line: the author's is kept.
  const styled = diffLines(printed.map(squeezed), mine.map(squeezed));
  const changes = diffLines(printed, changed);
  if (!styled || !changes) return after;
  const merged = apply(mine, changed, widened(changes, styled), styled).join('\n');
  return holds(merged) ? merged : after;
}

const squeezed = (line: string): string => line.replace(/\s+/g, '');

/** Hunks that touch lines which the author wrote otherwise take in those lines whole. */
function widened(changes: Hunk[], styled: Hunk[]): Hunk[] {
  const found: Hunk[] = [];
  for (const change of changes) {
    let wide = { ...change };
    for (const style of styled) {
      if (style.from >= wide.to || style.to <= wide.from) continue;
      const [above, below] = [Math.max(0, wide.from - style.from), Math.max(0, style.to - wide.to)];
      wide = { from: wide.from - above, to: wide.to + below, into: wide.into - above, upTo: wide.upTo + below };
    }
    const last = found.at(-1);
    if (!last || wide.from >= last.to) {
      found.push(wide);
      continue;
    }
    const to = Math.max(last.to, wide.to);
    Object.assign(last, { to, upTo: wide.upTo + to - wide.to });
  }
  return found;
}

function apply(mine: string[], changed: string[], changes: Hunk[], styled: Hunk[]): string[] {
  const merged = [...mine];
  for (const { from, to, into, upTo } of changes.toReversed()) {
    const [start, end] = [placeOf(from, styled, 'from'), placeOf(to, styled, 'to')];
    merged.splice(start, end - start, ...changed.slice(into, upTo));
  }
  return merged;
}

/** Which of the author's lines a printed line is. At a border, `from` stands after what only the author has, `to` before it. */
function placeOf(line: number, styled: Hunk[], border: 'from' | 'to'): number {
  let shift = 0;
  for (const { from, to, into, upTo } of styled) {
    if (from > line || (from === line && (border === 'to' || from !== to))) break;
    if (to > line) return into;
    shift = upTo - to;
  }
  return line + shift;
}

/** More differences than this are another text: then nobody misses the formatting. */
const MAX_DIFFERENCES = 1_500;

/** Myers' greedy difference. Undefined when the two have too little in common. */
export function diffLines(a: readonly string[], b: readonly string[]): Hunk[] | undefined {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  const trail: Int32Array[] = [];
  const reach = new Int32Array(2 * Math.min(n + m, MAX_DIFFERENCES) + 3);
  const middle = (reach.length - 1) / 2;
  for (let d = 0; d <= Math.min(n + m, MAX_DIFFERENCES); d++) {
    trail.push(reach.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[middle + k - 1]! < reach[middle + k + 1]!);
      let x = down ? reach[middle + k + 1]! : reach[middle + k - 1]! + 1;
      while (x < n && x - k < m && a[head + x] === b[head + x - k]) x++;
      reach[middle + k] = x;
      if (x >= n && x - k >= m) return hunksOf(trail, middle, n, m, head);
    }
  }
  return undefined;
}

/** Goes the way back, and gathers what lies between equal lines. */
function hunksOf(trail: Int32Array[], middle: number, n: number, m: number, head: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [x, y] = [n, m];
  for (let d = trail.length - 1; d > 0; d--) {
    const reach = trail[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && reach[middle + k - 1]! < reach[middle + k + 1]!);
    const from = down ? reach[middle + k + 1]! : reach[middle + k - 1]!;
    const [beforeX, beforeY] = [from, from - (down ? k + 1 : k - 1)];
    const [afterX, afterY] = down ? [beforeX, beforeY + 1] : [beforeX + 1, beforeY];
    const last = hunks.at(-1);
    if (last && last.from === afterX + head && last.into === afterY + head)
      Object.assign(last, { from: beforeX + head, into: beforeY + head });
    else hunks.push({ from: beforeX + head, to: afterX + head, into: beforeY + head, upTo: afterY + head });
    [x, y] = [beforeX, beforeY];
  }
  return hunks.toReversed();
}
