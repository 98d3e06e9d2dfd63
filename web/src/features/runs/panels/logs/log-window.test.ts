import type { LogLine } from '../../../../../../core/events/live.js';
import { linesIn, type LogBlock, MOST_LINES, withNewer } from './log-window.js';

const line = (seq: number): LogLine => ({
  ...{ run_id: 'run_1', node_key: 'a', attempt: 1, seq, at: new Date(1.7e12 + seq).toISOString() },
  ...{ stream: 'stdout', text: '' },
});
const block = (from: number, to: number): LogBlock => ({
  lines: Array.from({ length: to - from }, (_, i) => line(from + i)),
  earlier: from === 0 ? null : String(from),
});

test('lines that two pages have are there once', () => {
  const window = withNewer([block(0, 10)], [block(8, 14), block(5, 8)]);
  expect(linesIn(window).map(({ seq }) => seq)).toEqual(Array.from({ length: 14 }, (_, i) => i));
});

test('of very many lines the oldest pages are let go of, and can be read again', () => {
  const half = MOST_LINES / 2;
  const kept = withNewer(
    [block(0, 100), block(100, half), block(half, MOST_LINES)],
    [block(MOST_LINES - 1, MOST_LINES + 90)],
  );
  expect(kept.map(({ earlier }) => earlier)).toEqual(['100', String(half), String(MOST_LINES - 1)]);
});
