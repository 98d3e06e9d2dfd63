import { number } from '../bench/report.js';
import { table } from '../bench/table.js';
import type { SoakReport } from './soak.js';
import { holds, notJudged, type Verdict } from './verdict.js';

const amount = ({ value, unit }: Pick<Verdict, 'value' | 'unit'>): string =>
  `${number(value, unit === '' ? 0 : 2)} ${unit}`.trim();

export function printedSoak(report: SoakReport): string {
  const { machine: on, minutes, runs, kills, verdicts, samples } = report;
  const rows = verdicts.map((verdict) => [
    holds(verdict) ? 'holds' : 'BROKEN',
    verdict.name,
    amount(verdict),
    `≤ ${amount({ ...verdict, value: verdict.bound })}`,
    verdict.note,
  ]);
  const short = notJudged(report);
  return [
    `${on.cpus} × ${on.model}, ${on.memoryGiB} GiB, ${on.platform}, Node ${on.node}, Temporal server ${on.temporal}`,
    `${minutes} minutes, ${runs} runs, ${kills.length} kills (${kills.join(', ')}), ${samples.length} samples`,
    '',
    table([['', '', '', '', ''], ...rows]),
    ...(short.length > 0 ? ['', `lived too short to be judged for leaks: ${short.join(', ')}`] : []),
  ].join('\n');
}

/** Verdict by verdict; what only one of them has is left out. */
export function comparedSoak(a: SoakReport, b: SoakReport): string {
  const before = new Map(a.verdicts.map((verdict) => [verdict.name, verdict]));
  const rows = b.verdicts.flatMap((verdict) => {
    const old = before.get(verdict.name);
    return old ? [[verdict.name, holds(verdict) ? '' : 'BROKEN', `${amount(old)} → ${amount(verdict)}`]] : [];
  });
  return [`${a.at} → ${b.at}`, '', table([['', '', ''], ...rows])].join('\n');
}
