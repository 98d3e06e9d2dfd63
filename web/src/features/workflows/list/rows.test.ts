/** @jest-environment node */
import { compile } from '../../../../../core/spec/compile.js';
import type { RunRow, WorkflowRow } from './api.js';
import { matching, runsByWorkflow } from './rows.js';
import { SAMPLE } from './sample-spec.js';

const row = (name: string, description: string | null): WorkflowRow => ({
  ...{ id: name, name, version: 1, description, hash: '', created_by: 'user:ann', created_at: '' },
});
const ROWS = [row('orders', 'Confirms an order.'), row('payout', null), row('order-report', 'Weekly report')];

test.each([
  ['', ['orders', 'payout', 'order-report']],
  ['order', ['orders', 'order-report']],
  ['report ORDER', ['order-report']],
  ['ann', ['orders', 'payout', 'order-report']],
  ['none', []],
])('%j finds %j', (q, expected) => {
  expect(matching(ROWS, q).map(({ name }) => name)).toEqual(expected);
});

test('of each workflow the newest five runs', () => {
  const runs = Array.from(
    { length: 7 },
    (_, index) => ({ id: `r${index}`, workflow: index === 3 ? 'b' : 'a' }) as RunRow,
  );
  const found = runsByWorkflow(runs);
  expect(found.get('a')!.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2', 'r4', 'r5']);
  expect(found.get('b')).toHaveLength(1);
});

test('the sample compiles', () => {
  expect(compile(SAMPLE)).toMatchObject({ ok: true });
});
