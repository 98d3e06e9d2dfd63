import type { z } from 'zod';
import type { testReport } from '../core/contract/tests.js';
import { duration, type Paint } from './paint.js';

/** What the API answers about a test document, and the document's file. */
export type FileReport = z.infer<typeof testReport> & { file: string };
type CaseReport = FileReport['cases'][number];
type Coverage = FileReport['coverage'];

/** For people: each case, each difference, and what no case has taken. */
export function drawReport({ file, workflow, cases, coverage }: FileReport, paint: Paint): string[] {
  return [
    `${paint.bold(workflow)}  ${paint.dim(file)}`,
    ...cases.flatMap((each) => drawCase(each, paint)),
    ...drawCoverage(coverage, paint),
  ];
}

export function summary(reports: readonly FileReport[], paint: Paint): string {
  const cases = reports.flatMap((each) => each.cases);
  const passed = cases.filter((each) => each.passed).length;
  const short = reports.filter(({ coverage }) => coverage.short.length > 0).length;
  return [
    ...(passed === 0 ? [] : [paint.good(`${passed} passed`)]),
    ...(passed === cases.length ? [] : [paint.bad(`${cases.length - passed} failed`)]),
    ...(short === 0 ? [] : [paint.bad('coverage is too low')]),
  ].join(', ');
}

function drawCase({ name, passed, status, took_ms, problems, differences }: CaseReport, paint: Paint): string[] {
  const mark = passed ? paint.good('✓') : paint.bad('✗');
  return [
    `  ${mark} ${name}  ${paint.dim(`${status} after ${duration(took_ms)}`)}`,
    ...problems.map(({ message }) => `      ${message}`),
    ...differences.flatMap((each) => drawDifference(each, paint)),
  ];
}

function drawDifference(given: CaseReport['differences'][number], paint: Paint): string[] {
  const side = (name: 'expected' | 'found') => (name in given ? JSON.stringify(given[name]) : 'nothing');
  return [
    `      ${given.pointer || '/'}`,
    `        ${paint.good(`expected ${side('expected')}`)}`,
    `        ${paint.bad(`found    ${side('found')}`)}`,
  ];
}

/** `a -> b on failure when x > 1` */
const edgeName = ({ from, to, on, condition }: Coverage['edges']['all'][number]): string =>
  `${from} -> ${to}${on === 'success' ? '' : ` on ${on}`}${condition === undefined ? '' : ` when ${condition}`}`;

function drawCoverage(coverage: Coverage, paint: Paint): string[] {
  const percents = (['nodes', 'edges', 'joins', 'failures'] as const).map((of) => {
    const short = coverage.short.find((each) => each.of === of);
    const text = `${of} ${coverage[of].percent} %`;
    return short ? paint.bad(`${text} of ${short.least} %`) : text;
  });
  const { compensations } = coverage;
  if (compensations) percents.push(`compensations ${compensations.percent} %`);
  const missing = (outcome: 'taken' | 'not_taken') =>
    coverage.edges.all.filter((edge) => edge.missing.includes(outcome)).map(edgeName);
  const never = Object.entries({
    'never ran': coverage.nodes.missing,
    'never taken': missing('taken'),
    'never false': missing('not_taken'),
    'never fired': coverage.joins.all.filter(({ fired }) => fired === 0).map(({ node }) => node),
    'never seen': coverage.failures.missing,
    'never undone': coverage.compensations?.missing ?? [],
  });
  return [
    `  ${paint.dim('coverage')}  ${percents.join(', ')}`,
    ...never.flatMap(([what, all]) => all.map((each) => `    ${paint.dim(what.padEnd(12))}${each}`)),
  ];
}

/** For CI servers: JUnit XML, a suite a document, a test case a case, and one for the coverage that is asked for. */
export function junit(reports: readonly FileReport[]): string {
  const suites = reports.map(({ file, workflow, cases, coverage }) => {
    const all = [
      ...cases.map((each) => ({ name: each.name, seconds: each.took_ms / 1000, wrong: wrongIn(each) })),
      {
        name: 'coverage',
        seconds: 0,
        wrong: coverage.short.map(({ of, percent, least }) => `${of}: ${percent} % of ${least} %`),
      },
    ];
    const failed = all.filter(({ wrong }) => wrong.length > 0).length;
    return [
      `  <testsuite name="${xml(workflow)}" file="${xml(file)}" tests="${all.length}" failures="${failed}">`,
      ...all.map(({ name, seconds, wrong }) => {
        const open = `    <testcase name="${xml(name)}" classname="${xml(workflow)}" time="${seconds}"`;
        return wrong.length === 0
          ? `${open}/>`
          : `${open}>\n      <failure message="${xml(wrong[0]!)}">${xml(wrong.join('\n'))}</failure>\n    </testcase>`;
      }),
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

const wrongIn = ({ problems, differences }: CaseReport): string[] => [
  ...problems.map(({ message }) => message),
  ...differences.map((each) => {
    const side = (name: 'expected' | 'found') => (name in each ? JSON.stringify(each[name]) : 'nothing');
    return `${each.pointer || '/'}: expected ${side('expected')}, found ${side('found')}`;
  }),
];

/** XML 1.0 has no place for most control characters, not even escaped. */
const xml = (text: string): string =>
  Array.from(text.toWellFormed(), (char) => (char < ' ' && !'\t\n\r'.includes(char) ? '\uFFFD' : char))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
