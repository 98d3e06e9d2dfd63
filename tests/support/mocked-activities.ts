import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../activities/failure.js';
import type { EngineActivities, ItemResult } from '../../core/contract/work.js';
import { evaluateWithArtifacts, templateOf } from '../../core/expr/index.js';
import { FAULTS, type FaultCode } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { apartFromCode } from '../../core/nodes/code.js';
import type { Plan } from '../../core/spec/plan.js';
import { isRetried, type Try } from '../../core/testing/attempts.js';
import { givenIn, type Mocks } from '../../core/testing/mocks.js';
import { schemas } from './spec-tests.js';

/** What a run that really runs is to do: the mocks of its case, and the plans of its sub-workflows. */
interface Real {
  mocks: Mocks;
  children: Record<string, Plan>;
}
export const real = new Map<string, Real>();

const mockedIn = (runId: string) => {
  const id = runId.split('.')[0]!;
  const prefix = runId === id ? '' : `${runId.slice(id.length + 1)}.`;
  return { prefix, ...real.get(id)! };
};

async function carriedOut(given: Try): Promise<Json> {
  const { cancellationSignal } = Context.current();
  const ended = new Promise((_, reject) =>
    cancellationSignal.addEventListener('abort', () => reject(cancellationSignal.reason as Error)),
  );
  if (given.takes > 0)
    await Promise.race([ended, new Promise((resolve) => given.takes < Infinity && setTimeout(resolve, given.takes))]);
  if ('value' in given) return given.value;
  const { code, message, details } = given.error;
  throw ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: !FAULTS[code as FaultCode].retry,
    details: details === undefined ? [] : [details],
  });
}

const work: EngineActivities['tool_call'] = async ({ run, node, config, attempts_before = 0 }) => {
  const { mocks, prefix } = mockedIn(run.id);
  const tries = mocks.triesOf(prefix + node, givenIn(config), undefined);
  return { output: await carriedOut(tries(attempts_before + Context.current().info.attempt)) };
};

const alone = new Map<string, number>();

/** Activities that do what the case's mocks say, each attempt in its own time. */
export const mockedActivities: Partial<EngineActivities> = {
  tool_call: work,
  agent_call: work,
  async evaluate({ template, condition, scope }) {
    return { value: await evaluateWithArtifacts(template ?? templateOf(condition!), scope, nothing) };
  },
  stash: ({ values }) => Promise.resolve({ refs: values }),
  join_items: ({ parts }) => Promise.resolve({ value: (parts as Json[][]).flat() }),
  async map_batch({ run, node, over, offset = 0, from, to, body, scope }) {
    const { mocks, prefix } = mockedIn(run.id);
    const { template } = apartFromCode(body.config);
    const attemptAt = async (index: number, attempt: number): Promise<Json> => {
      const item = (over as Json[])[index - offset] ?? null;
      const bound = await evaluateWithArtifacts(template, { ...scope, item, index }, nothing).catch((err: unknown) => {
        throw toFailure(err);
      });
      if (body.type === 'transform') return (bound as { value: Json }).value;
      return carriedOut(mocks.triesOf(`${prefix}${node}[${index}]`, givenIn(bound), undefined)(attempt));
    };
    const { attempt } = Context.current().info;
    if (to - from === 1) {
      const before = alone.get(`${run.id} ${node}[${from}]`) ?? 0;
      return { items: [{ status: 'completed', output: await attemptAt(from, before + attempt) }] };
    }
    const item = async (index: number): Promise<ItemResult> => {
      alone.set(`${run.id} ${node}[${index}]`, 1);
      try {
        return { status: 'completed', output: await attemptAt(index, 1) };
      } catch (err) {
        const { type, message, details } = err as ApplicationFailure;
        const error = { code: type!, message, ...(details?.length ? { details: details[0] as Json } : {}) };
        return { status: 'failed', error, retryable: isRetried(error, []) };
      }
    };
    return { items: await Promise.all(Array.from({ length: to - from }, (_, i) => item(from + i))) };
  },
  start_subworkflow({ run, child, workflow, input }) {
    const plan = mockedIn(run.id).children[workflow]!;
    const filled = plan.input ? schemas.fill(plan.input, input).value : input;
    return Promise.resolve({ plan: plan as unknown as Json, run: { ...run, id: child, workflow }, input: filled });
  },
};
const nothing = () => Promise.reject(new Error('no case here has artifacts'));
