import { type Metric, number, type Report, rowsOf } from './report.js';
import { table } from './table.js';

/** Two reports side by side. Across machines and days only the ratios say something. */
export function compared(a: Report, b: Report): string {
  const before = new Map(rowsOf(a.workloads).map((row) => [`${row.workload} ${row.contender}`, row]));
  const change = (from: number | undefined, to: number | undefined): string =>
    from === undefined || to === undefined ? '–' : `${number(from)} → ${number(to)} (${percent(from, to)})`;
  const lines = rowsOf(b.workloads).flatMap((row) => {
    const old = before.get(`${row.workload} ${row.contender}`);
    if (!old) return [];
    const cell = (metric: Metric) => change(old.ratios[metric]?.median, row.ratios[metric]?.median);
    const heavy = change(old.medians.workerMsPerNode, row.medians.workerMsPerNode);
    return [
      [
        row.workload,
        row.contender,
        change(old.medians.wallMs, row.medians.wallMs),
        cell('wallMs'),
        heavy,
        cell('workerMsPerNode'),
      ],
    ];
  });
  const costs = b.costs.flatMap(({ name, ms }) => {
    const old = a.costs.find((cost) => cost.name === name);
    return old ? [`${name}: ${change(old.ms, ms)} ms`] : [];
  });
  const head = ['', '', 'ms', 'ratio', 'worker CPU', 'ratio'];
  return [`${a.at} → ${b.at}`, '', table([head, ...lines]), ...costs].join('\n');
}

const percent = (from: number, to: number): string => {
  const change = Math.round((to / from - 1) * 100);
  return `${change > 0 ? '+' : ''}${change} %`;
};
