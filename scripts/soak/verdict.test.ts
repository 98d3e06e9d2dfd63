import type { ProcessSample, Sample } from './sample.js';
import { holds, leaks, notJudged } from './verdict.js';

const EVERY_MS = 10_000;
const PER_MINUTE = 60_000 / EVERY_MS;
const samples = (count: number, of: (i: number) => Omit<Sample, 'at'>): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ at: i * EVERY_MS, ...of(i) }));
const worker = (of: (i: number) => ProcessSample, count = 30): Sample[] =>
  samples(count, (i) => ({ processes: { 'worker-1': of(i) } }));
const broken = (taken: Sample[]): string[] => leaks(taken).flatMap((verdict) => (holds(verdict) ? [] : [verdict.name]));

test.each<[string, Sample[], string[]]>([
  ['a flat heap', worker(() => ({ pid: 1, heapMiB: 80 })), []],
  ['a heap that grows', worker((i) => ({ pid: 1, heapMiB: 80 + (2 * i) / PER_MINUTE })), ['worker-1: live heap']],
  ['one that grows to a size and stays', worker((i) => ({ pid: 1, heapMiB: Math.min(80 + 5 * i, 120) })), []],
  ['a file a sample', worker((i) => ({ pid: 1, files: 30 + i })), ['worker-1: open files']],
  ['two files in five minutes', worker((i) => ({ pid: 1, files: i < 15 ? 30 : 32 })), []],
  ['a new process begins small again', worker((i) => ({ pid: i < 30 ? 1 : 2, heapMiB: i < 30 ? 120 : 60 }), 60), []],
  ['Redis', samples(30, (i) => ({ processes: {}, redisMiB: 10 + i })), ['memory of Redis']],
  ['samples that are missing', worker((i) => (i % 2 === 0 ? { pid: 1 } : { pid: 1, heapMiB: 80 })), []],
])('%s', (_name, taken, expected) => {
  expect(broken(taken)).toEqual(expected);
});

test('a lifetime that is too short is not judged', () => {
  const taken = worker((i) => ({ pid: i, heapMiB: i * 100 }));
  const verdicts = leaks(taken);
  expect(verdicts).toEqual([]);
  expect(notJudged({ samples: taken, verdicts })).toEqual(['worker-1']);
});

test('the longest lifetime counts', () => {
  const taken = worker((i) => ({ pid: i < 25 ? 1 : 2, heapMiB: 80 + i }));
  expect(leaks(taken)).toMatchObject([{ name: 'worker-1: live heap', note: '80 → 104 in 4.0 min' }]);
});
