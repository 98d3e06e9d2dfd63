import type { ProcessSample, Sample } from './sample.js';
import { type Point, secondHalf, slopePerMinute } from './slope.js';

/** One thing that was to hold. */
export interface Verdict {
  name: string;
  value: number;
  /** It holds up to here. */
  bound: number;
  unit: '' | 's' | 'MiB/min' | '1/min';
  note: string;
}

export const holds = ({ value, bound }: Verdict): boolean => value <= bound;
export const invariant = (name: string, value: number, note = ''): Verdict => ({
  name,
  value,
  bound: 0,
  unit: '',
  note,
});

/** A lifetime with fewer samples in its second half, two minutes, says nothing about a slope. */
const ENOUGH = 12;

/**
 * What may grow, at most. An hour at a heap’s bound would cost 60 MiB; resident memory is what V8 has not given back yet, so it says
 * less.
 */
const OF_PROCESSES = [
  { of: 'heapMiB', says: 'live heap', bound: 1, unit: 'MiB/min' },
  { of: 'rssMiB', says: 'resident memory', bound: 16, unit: 'MiB/min' },
  { of: 'files', says: 'open files', bound: 1, unit: '1/min' },
  { of: 'cachedRuns', says: 'runs in the sticky cache', bound: 5, unit: '1/min' },
] as const satisfies { of: keyof ProcessSample; says: string; bound: number; unit: Verdict['unit'] }[];
const OF_ALL = [
  { of: 'openRuns', says: 'open runs', bound: 5, unit: '1/min' },
  { of: 'queuedTasks', says: 'queued tasks', bound: 5, unit: '1/min' },
  { of: 'redisMiB', says: 'memory of Redis', bound: 1, unit: 'MiB/min' },
] as const satisfies { of: keyof Sample; says: string; bound: number; unit: Verdict['unit'] }[];

/** For each thing that may leak: the slope of the second half, of the process lifetime with the most samples. */
export function leaks(samples: Sample[]): Verdict[] {
  const names = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))];
  const ofProcesses = names
    .filter((name) => name !== 'temporal') // not ours, and its data in memory grows with its runs
    .flatMap((name) =>
      OF_PROCESSES.flatMap(({ of, says, ...rest }) =>
        slope(longest(lifetimes(samples, name, of)), { name: `${name}: ${says}`, ...rest }),
      ),
    );
  const ofAll = OF_ALL.flatMap(({ of, says, ...rest }) =>
    slope(
      pointsOf(samples, (each) => each[of]),
      { name: says, ...rest },
    ),
  );
  return [...ofProcesses, ...ofAll];
}

function slope(points: Point[], rest: Pick<Verdict, 'name' | 'bound' | 'unit'>): Verdict[] {
  const half = points.length > 0 ? secondHalf(points) : [];
  const value = half.length < ENOUGH ? undefined : slopePerMinute(half);
  if (value === undefined) return [];
  const [from, to] = [points[0]!, points.at(-1)!];
  const minutes = (to.at - from.at) / 60_000;
  return [{ ...rest, value, note: `${from.value.toFixed(0)} → ${to.value.toFixed(0)} in ${minutes.toFixed(1)} min` }];
}

/** Processes that were killed too often for a slope: they count as not judged, not as well. */
export const notJudged = ({ samples, verdicts }: { samples: Sample[]; verdicts: Verdict[] }): string[] =>
  [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))].filter(
    (process) => process !== 'temporal' && !verdicts.some(({ name }) => name.startsWith(`${process}: `)),
  );

/** The points of each process that had that name. */
function lifetimes(samples: Sample[], name: string, of: keyof ProcessSample): Point[][] {
  const pids = new Set(samples.flatMap(({ processes }) => processes[name]?.pid ?? []));
  return [...pids].map((pid) =>
    pointsOf(samples, ({ processes }) => (processes[name]?.pid === pid ? processes[name][of] : undefined)),
  );
}

const longest = (lists: Point[][]): Point[] => lists.toSorted((a, b) => b.length - a.length)[0] ?? [];
const pointsOf = (samples: Sample[], of: (sample: Sample) => number | undefined): Point[] =>
  samples.flatMap((sample) => {
    const value = of(sample);
    return value === undefined ? [] : [{ at: sample.at, value }];
  });
