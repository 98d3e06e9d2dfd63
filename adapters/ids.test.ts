import { fireRunId } from './ids.js';

test('a fire has one run, and another fire another', () => {
  const due = new Date('2026-01-01T00:00:00Z');
  const id = fireRunId('sch_1', due);
  expect(id).toMatch(/^run_[0-9a-f]{32}$/);
  expect(fireRunId('sch_1', new Date(due))).toBe(id);
  expect(fireRunId('sch_2', due)).not.toBe(id);
  expect(fireRunId('sch_1', new Date(due.getTime() + 1_000))).not.toBe(id);
  expect(Number.parseInt(id.slice(4, 16), 16)).toBe(due.getTime());
});
