import { cpus, totalmem } from 'node:os';
import type { Measured } from './measure.js';
import { median } from './stats.js';
import { table } from './table.js';

export interface Report {
  at: string;
  machine: { cpus: number; model: string; memoryGiB: number; platform: string; node: string; temporal: string };
  /** The first figures are not fit for comparison. */
  quick: boolean;
  workloads: Workloads;
  costs: Cost[];
}
type Workloads = { name: string; says: string; runs: number; rounds: Record<string, Measured>[] }[];
export interface Cost {
  name: string;
  ms: number;
}

/** What every contender is measured against. */
export const BASE = 'hand';

export const machineWith = (temporal: string): Report['machine'] => ({
  cpus: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  platform: `${process.platform}-${process.arch}`,
  node: process.version,
  temporal,
});

export type Metric = keyof Measured;
/** Of these the ratio to the base is worth a column. */
const RATIOS: Metric[] = ['wallMs', 'events', 'workerMsPerNode', 'serverMsPerNode', 'heapMiB'];

export interface Row {
  workload: string;
  contender: string;
  medians: Partial<Record<Metric, number>>;
  /** Medians of the rounds' ratios to the base: rounds drift together, so their ratios hold when their values do not. */
  ratios: Partial<Record<Metric, { median: number; low: number; high: number }>>;
}

export const rowsOf = (workloads: Workloads): Row[] =>
  workloads.flatMap(({ name, rounds }) =>
    Object.keys(rounds[0] ?? {}).map((contender): Row => {
      const row: Row = { workload: name, contender, medians: {}, ratios: {} };
      for (const metric of METRICS) {
        const values = rounds.map((round) => round[contender]![metric]).filter((value) => value !== undefined);
        if (values.length > 0) row.medians[metric] = median(values);
        if (contender === BASE || !RATIOS.includes(metric)) continue;
        const ratios = rounds
          .map((round) => round[contender]![metric]! / (round[BASE]?.[metric] ?? Number.NaN))
          .filter(Number.isFinite);
        if (ratios.length > 0)
          row.ratios[metric] = { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
      }
      return row;
    }),
  );

const METRICS: Metric[] = [
  'wallMs',
  'events',
  'historyKiB',
  'workerMsPerNode',
  'serverMsPerNode',
  'storesMsPerNode',
  'peakMiB',
  'heapMiB',
];

export const number = (value: number | undefined, digits = 2): string =>
  value === undefined ? '–' : value.toFixed(digits);
const ratio = (row: Row, metric: Metric): string => {
  const found = row.ratios[metric];
  return found ? `${number(found.median)} (${number(found.low)}–${number(found.high)})` : '';
};
const short = (row: Row, metric: Metric, digits = 2): string => {
  const found = row.ratios[metric];
  return `${number(row.medians[metric], digits)}${found ? ` ×${number(found.median)}` : ''}`;
};

export function printed({ workloads, costs, machine: on, quick }: Report): string {
  const head = [
    '',
    '',
    'ms',
    'ratio',
    'events',
    'KiB',
    'worker CPU',
    'server CPU',
    'stores CPU',
    'peak MiB',
    'heap MiB',
  ];
  const lines = rowsOf(workloads).map((row) => [
    row.contender === BASE ? (workloads.find(({ name }) => name === row.workload)?.says ?? '') : '',
    row.contender,
    number(row.medians.wallMs, 1),
    ratio(row, 'wallMs'),
    short(row, 'events', 0),
    number(row.medians.historyKiB, 0),
    short(row, 'workerMsPerNode'),
    short(row, 'serverMsPerNode'),
    number(row.medians.storesMsPerNode),
    number(row.medians.peakMiB, 0),
    short(row, 'heapMiB', 0),
  ]);
  const rounds = workloads[0]?.rounds.length ?? 0;
  return [
    `${on.cpus} × ${on.model}, ${on.memoryGiB} GiB, ${on.platform}, Node ${on.node}, Temporal server ${on.temporal}`,
    `medians of ${rounds} rounds; ratios are medians of the rounds' ratios; CPU in ms a node; peak is the worker's resident memory, heap what it keeps`,
    ...(quick ? ['quick: these figures are too few to compare'] : []),
    '',
    ...(lines.length > 0 ? [table([head, ...lines])] : []),
    ...costs.map(({ name, ms }) => `${name}: ${number(ms, 1)} ms`),
  ].join('\n');
}
