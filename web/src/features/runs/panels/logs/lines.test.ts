import type { LogLine } from '../../../../../../core/events/live.js';
import { asFile, filtered, joined, type LogFilter, marked } from './lines.js';

const line = (seq: number, more: Partial<LogLine> = {}): LogLine => ({
  ...{ run_id: 'run_1', node_key: 'web', attempt: 1, seq, stream: 'stdout' as const, text: `line ${seq}` },
  ...{ at: `2026-01-01T00:00:00.${String(seq).padStart(3, '0')}Z`, ...more },
});
const seqs = (lines: LogLine[]) => lines.map(({ seq }) => seq);

test.each<[string, LogLine[], LogLine[], number[]]>([
  ['nothing was heard', [line(1), line(2)], [], [1, 2]],
  ['what is heard follows', [line(1)], [line(2), line(3)], [1, 2, 3]],
  ['a line that was read and heard stands once', [line(1), line(2)], [line(2), line(3)], [1, 2, 3]],
  ['what was heard before the page came takes its place', [line(1), line(4)], [line(2), line(5)], [1, 2, 4, 5]],
  ['a line that was heard twice stands once', [], [line(1), line(1)], [1]],
])('%s', (_, read, heard, expected) => {
  expect(seqs(joined(read, heard))).toEqual(expected);
});

const all = [
  line(1, { text: '\u001b[31mError\u001b[0m: no' }),
  line(2, { stream: 'stderr' }),
  line(3, { attempt: 2 }),
  line(4, { node_key: 'each[3]' }),
  line(5, { node_key: 'each2' }),
];
test.each<[LogFilter, number[]]>([
  [{}, [1, 2, 3, 4, 5]],
  [{ node: 'web' }, [1, 2, 3]],
  [{ node: 'each' }, [4]],
  [{ node: 'each[3]' }, [4]],
  [{ node: 'web', attempt: 2 }, [3]],
  [{ stream: 'stderr' }, [2]],
  [{ text: 'error: NO' }, [1]],
  [{ text: '[31m' }, []],
])('%j leaves %j', (filter, expected) => {
  expect(seqs(filtered(all, filter))).toEqual(expected);
});

test.each<[string, Parameters<typeof marked>, string[]]>([
  ['nothing is searched', [[{ text: 'abc' }], ''], ['abc']],
  ['in the middle', [[{ text: 'a needle b' }], 'NEEDLE'], ['a ', '*needle', ' b']],
  ['twice', [[{ text: 'xax' }], 'x'], ['*x', 'a', '*x']],
  ['over two spans', [[{ text: 'ab', bold: true }, { text: 'cd' }], 'bc'], ['a', '*b', '*c', 'd']],
  ['nowhere', [[{ text: 'abc' }], 'z'], ['abc']],
])('what is searched is marked: %s', (_, args, expected) => {
  expect(marked(...args).map(({ text, found }) => `${found ? '*' : ''}${text}`)).toEqual(expected);
});

test('a file has a line for each, without colours', () => {
  expect(asFile(all.slice(0, 2))).toBe(
    '2026-01-01T00:00:00.001Z web#1 stdout Error: no\n2026-01-01T00:00:00.002Z web#1 stderr line 2\n',
  );
});
