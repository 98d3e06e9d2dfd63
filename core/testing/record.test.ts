import { readFileSync } from 'node:fs';
import type { RunView } from '../events/view.js';
import { compiledPlan, groundOf, schemas } from '../../tests/support/spec-tests.js';
import { RECORDED, recordedStory } from '../../tests/support/scripted-run.js';
import { testDocument } from './document.js';
import { play, runTests } from './suite.js';
import { caseOf } from './record.js';

const spec = readFileSync(new URL('../../examples/workflows/elements-brief.yaml', import.meta.url), 'utf8');
const plan = compiledPlan(spec);
const elements = [
  { symbol: 'H', number: 1, weight: 1.008, radioactive: false },
  { symbol: 'Tc', number: 43, weight: 98, radioactive: true },
];

/** A run of the example as the driver itself plays it, which stands in for a real one. */
async function viewOf(more: object): Promise<RunView> {
  const document = testDocument.parse({
    cases: [
      {
        name: 'a',
        mocks: {
          load: { output: { body: { elements, total: 2 } }, takes: '120ms' },
          measure: { output: { neutrons: 1 } },
          'measure[1]': { attempts: [{ error: { code: 'INTERNAL' } }, { output: { neutrons: 55 } }] },
          summarise: { output: { text: 'two', count: 2 }, takes: '50ms' },
          statistics: { output: { median_ratio: 1, most_neutrons: 'Tc', radioactive: [] } },
          publish: { error: { code: 'HTTP_4XX', message: 'no' } },
        },
        ...more,
      },
    ],
  });
  const { root, nodes } = await play(groundOf(plan), document.cases[0]!);
  const { end, startedAt, at } = root.walk;
  const time = (ms: number) => new Date(ms).toISOString();
  return {
    ...{ id: 'run_1', org_id: 'o', workflow_id: 'w', workflow: plan.name, version: 1, starter: 'user:ann' },
    ...{ metadata: {}, created_at: time(0), input: root.walk.start.input, cursor: '' },
    ...{
      status: end!.status,
      output: end!.output,
      error: end!.error,
      started_at: time(startedAt),
      finished_at: time(at),
    },
    nodes: nodes.map((node) => ({ ...node, started_at: node.queued_at })),
  };
}

test.each<[string, object, string]>([
  ['completed', { decisions: [{ gate: 'sign_off', decision: 'deny', after: '3m', comment: 'no' }] }, 'completed'],
  ['failed', { decisions: [{ gate: 'sign_off', decision: 'approve', after: '3m' }] }, 'failed'],
  ['cancelled', { cancel_after: '10m' }, 'cancelled'],
  ['timed out', {}, 'timed_out'],
])('a run that %s makes a case that passes', async (_name, more, status) => {
  const view = await viewOf(more);
  expect(view.status).toBe(status);
  const recorded = caseOf(view, plan);
  const { cases } = await runTests(groundOf(plan), testDocument.parse({ cases: [recorded] }));
  expect(cases).toMatchObject([{ name: 'run run_1', passed: true, status, differences: [], problems: [] }]);
  expect(recorded).toMatchObject({
    mocks: {
      load: { takes: '120ms' },
      'measure[1]': { attempts: [{ error: { code: 'INTERNAL' } }, { output: { neutrons: 55 } }] },
    },
    expect: { status, nodes: { load: { status: 'completed', attempts: 1 } } },
  });
});

test.each(RECORDED.filter((name) => name.startsWith('0.3.0') && !/artifact|subworkflow/.test(name)))(
  'of recorded history %s too',
  async (name) => {
    const story = await recordedStory(name);
    const telling = story.tell();
    for (let step = 0; step < story.steps; step++) telling.take(step);
    const view = telling.view();
    const recorded = caseOf(view, story.plan);
    const { cases } = await runTests(groundOf(story.plan), testDocument.parse({ cases: [recorded] }));
    expect(cases).toMatchObject([{ passed: true, status: view.status, differences: [], problems: [] }]);
  },
);

test('what was decided for another is recorded so', async () => {
  const story = await recordedStory('0.5.0-gate-decided-for-another');
  const telling = story.tell();
  for (let step = 0; step < story.steps; step++) telling.take(step);
  expect(caseOf(telling.view(), story.plan)).toMatchObject({
    decisions: [
      { by: 'user:ann', groups: ['finance'] },
      { by: 'user:tom', groups: ['finance'], on_behalf_of: 'user:bob' },
      { by: 'user:max', groups: ['legal'], on_behalf_of: 'user:lea' },
    ],
  });
});

test('an open run makes none, nor does one that was terminated', async () => {
  const view = await viewOf({ cancel_after: '10m' });
  for (const status of ['waiting', 'running', 'terminated'] as const)
    expect(() => caseOf({ ...view, status }, plan)).toThrow(`the run is ${status}`);
  expect(schemas.check({ type: 'object' }, caseOf(view, plan))).toEqual([]);
});
