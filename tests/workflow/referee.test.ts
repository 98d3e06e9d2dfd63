import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { comparable } from '../../core/engine/view.js';
import { randomPlans } from '../support/plans.js';
import { openStage, type Stage } from '../support/workflow.js';

let stage: Stage;

/** Outcomes and durations that depend on nothing but run and node, so that a failing run can be had again. */
const draw = (text: string) => {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return (hash >>> 0) / 2 ** 32;
};

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ run, node }) {
      await new Promise((resolve) => setTimeout(resolve, draw(`${run.id} ${node} time`) * 20));
      if (draw(`${run.id} ${node} outcome`) < 0.25)
        throw ApplicationFailure.create({ type: 'FUNCTION_ERROR', message: 'broken', nonRetryable: true });
      return { output: { from: node } };
    },
  });
});
afterAll(() => stage.close());

const RUNS = Number(process.env['REFEREE_RUNS'] ?? 300);

test(`P1: for ${RUNS} random runs, the fold of the history equals what the workflow says of itself`, async () => {
  const plans = fc.sample(randomPlans(8), RUNS);
  for (let from = 0; from < plans.length; from += 50) {
    await Promise.all(
      plans.slice(from, from + 50).map(async (plan) => {
        const header = await stage.start(plan);
        const handle = stage.client.workflow.getHandle(header.id);
        await handle.result().catch(() => undefined);
        const [query, view, events] = await Promise.all([
          handle.query('view'),
          stage.engine.view(header),
          stage.engine.events(header),
        ]);
        expect({ run: header.id, ...(comparable(view) as object) }).toEqual({
          run: header.id,
          ...(comparable(query as never) as object),
        });
        const cursors = events.map(({ cursor }) => cursor);
        expect(cursors).toEqual([...new Set(cursors)].sort()); // P2: in order, none twice
      }),
    );
  }
});
