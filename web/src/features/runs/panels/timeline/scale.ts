/** The part of time that is shown, in ms since the epoch. */
export interface Span {
  from: number;
  to: number;
}
/** Nobody looks at less, in ms. */
const LEAST = 20;

/** All that has happened, with a little air; what goes on is drawn until `now`. */
export function whole(first: number | null, last: number | null, now: number): Span {
  const from = first ?? now;
  const to = Math.max(last ?? now, from + 100);
  const air = (to - from) * 0.02;
  return { from: from - air, to: to + air };
}

/** The share of the span at which a time lies: 0 at its start, 1 at its end. */
export const share = ({ from, to }: Span, at: number): number => (at - from) / (to - from);
export const timeAt = ({ from, to }: Span, part: number): number => from + part * (to - from);

/** Nearer (`factor` below 1) or farther, with what lies at `part` staying there; never beyond `all`. */
export function zoomed(span: Span, factor: number, part: number, all: Span): Span {
  const length = Math.min(Math.max((span.to - span.from) * factor, LEAST), all.to - all.from);
  const fixed = timeAt(span, part);
  return within({ from: fixed - part * length, to: fixed + (1 - part) * length }, all);
}

/** Moved by that share of its length. */
export function panned({ from, to }: Span, by: number, all: Span): Span {
  const shift = by * (to - from);
  return within({ from: from + shift, to: to + shift }, all);
}

function within({ from, to }: Span, all: Span): Span {
  const length = to - from;
  const start = Math.min(Math.max(from, all.from), Math.max(all.from, all.to - length));
  return { from: start, to: start + length };
}

const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  ...[1, 2, 3, 6, 12].map((h) => h * 3_600_000),
  ...[1, 2, 7, 14, 30, 90, 365].map((d) => d * 86_400_000),
];

/** Round times since `origin`, at most `most` of them, and how far apart they are. */
export function ticks({ from, to }: Span, origin: number, most: number): { step: number; at: number[] } {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? STEPS.at(-1)!;
  const at: number[] = [];
  for (let tick = origin + Math.ceil((from - origin) / step) * step; tick <= to; tick += step) at.push(tick);
  return { step, at };
}

/** Since the run's start, as exact as the step asks for: `0`, `1.5 s`, `2:30`, `1 d 2 h`. */
export function tickLabel(ms: number, step: number): string {
  if (ms === 0) return '0';
  const sign = ms < 0 ? '−' : '';
  const abs = Math.abs(ms);
  if (abs < 60_000) return step < 1000 && abs < 1000 ? `${sign}${abs} ms` : `${sign}${trimmed(abs / 1000, step)} s`;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  if (abs < 86_400_000) {
    const [h, m, s] = [Math.floor(abs / 3_600_000), Math.floor(abs / 60_000) % 60, (abs / 1000) % 60];
    const rest = step < 1000 ? `.${String(Math.round(abs % 1000)).padStart(3, '0')}` : '';
    return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}${rest}` : `${sign}${m}:${two(s)}${rest}`;
  }
  const [d, h] = [Math.floor(abs / 86_400_000), Math.floor(abs / 3_600_000) % 24];
  return h > 0 ? `${sign}${d} d ${h} h` : `${sign}${d} d`;
}

const trimmed = (s: number, step: number): string =>
  step >= 1000 ? String(Math.round(s)) : s.toFixed(step >= 100 ? 1 : step >= 10 ? 2 : 3);
