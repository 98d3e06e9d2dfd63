/** @jest-environment node */
import { compile } from '../../../../../core/spec/compile.js';
import type { RunRow } from './api.js';
import { runsByWorkflow } from './rows.js';
import { SAMPLE } from './sample-spec.js';

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
