import type { Db } from '../../../adapters/postgres/db.js';
import type { RunFilter } from '../../../adapters/postgres/run-list.js';
import { Runs } from '../../../adapters/postgres/runs.js';
import { clock } from '../graphs.js';
import { median } from '../stats.js';
import { FILLED } from './fill-runs.js';
import type { Figure } from './section.js';

const PAGE = 51; // a page of 50, and the one more that tells of a next page
const HELD = ['held', 'paused', 'timed_out'];

type Variant = [says: string, filter: RunFilter, deep?: 'deep'];
const VARIANTS: Variant[] = [
  ['all', {}],
  ['all, anywhere', {}, 'deep'],
  ['status: most runs', { status: ['completed'] }, 'deep'],
  ['status: one in 20,000', { status: ['terminated'] }, 'deep'],
  ['three statuses that no run has', { status: HELD }, 'deep'],
  ['two statuses', { status: ['failed', 'terminated'] }, 'deep'],
  ['the largest workflow', { workflow: 'flow-1' }, 'deep'],
  ['a small workflow', { workflow: 'flow-100' }, 'deep'],
  ['a workflow and a rare status', { workflow: 'flow-1', status: ['terminated'] }, 'deep'],
  ['q: part of every name', { q: 'low' }, 'deep'],
  ['q: one name', { q: 'FLOW-100' }, 'deep'],
  ['q: every starter, in a rare status', { q: 'key_', status: ['terminated'] }, 'deep'],
  ['q: nothing that is', { q: 'no such thing' }, 'deep'],
  ['q: nothing that is, in a workflow', { q: 'no such thing', workflow: 'flow-1' }, 'deep'],
];

/** What a page of the list takes: each way of listing, of the org that has most runs and of the one that has fewest. */
export async function listTimes(db: Db, times: number): Promise<Figure[]> {
  const runs = new Runs(db);
  const figures: Figure[] = [];
  for (const [org, orgId] of [
    ['', FILLED.big],
    ['small org, ', FILLED.small],
  ] as const) {
    const { from, to } = await spanOf(db, orgId);
    const id = (await runs.list(orgId, {}, 1, { createdAt: new Date((from + to) / 2), id: '' })).rows[0]!.id;
    const parent = (await db.workflowRun.findFirst({ where: { orgId, parentRunId: { not: null } } }))?.parentRunId;
    const named: Variant[] = [
      ['q: a whole id', { q: id }],
      ['q: the beginning of ids', { q: id.slice(0, 12) }],
      ['children', { parent: parent ?? id }],
    ];
    for (const [says, filter, deep] of [...VARIANTS, ...named]) {
      const place = (i: number) => ({ createdAt: new Date(to - (to - from) * ((i * 0.618) % 1)), id: '' });
      const took: number[] = [];
      for (let i = 0; i < times; i++) {
        const began = clock();
        await runs.list(orgId, filter, PAGE, deep ? place(i) : undefined);
        took.push(clock() - began);
      }
      const of = `list: ${org}${says}`;
      figures.push(
        { of, what: 'median', value: median(took), unit: 'ms' },
        { of, what: 'p99', value: p99(took), unit: 'ms' },
      );
    }
  }
  return figures;
}

async function spanOf(db: Db, orgId: string): Promise<{ from: number; to: number }> {
  const { _min, _max } = await db.workflowRun.aggregate({
    where: { orgId },
    _min: { createdAt: true },
    _max: { createdAt: true },
  });
  return { from: _min.createdAt!.getTime(), to: _max.createdAt!.getTime() };
}

const p99 = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;
