import type { MapStart } from '../engine/kinds/map.js';
import type { ActivityCommand, ChildCommand, Command, RunEnd } from '../engine/facts.js';
import type { NodeError } from '../engine/outcome.js';
import type { RunStart } from '../engine/state.js';
import type { Json } from '../json.js';
import { ANSWERS } from './activities.js';
import { type Answer, retried } from './attempts.js';
import type { CaseRun } from './case-run.js';
import { wholeMap } from './items.js';

/** How each command of the walk is carried out in a case. A new command does not compile until it is here. */
export const OBEY: {
  [D in Command['do']]: (run: CaseRun, command: Extract<Command, { do: D }>) => void | Promise<void>;
} = {
  activity: async (run, command) => {
    const outcome = await answerTo(run, command);
    run.answer(command.task, outcome, () => {
      if (outcome && run.walk.indexOf.has(command.task)) run.attempts.set(command.task, outcome.attempts);
    });
  },
  child: (run, command) => CHILDREN[command.workflow](run, command),
  timer: (run, { task, ms }) => run.later(task, ms, { is: 'fired', task }),
  // A region is worth its while where activities cost something. Here it brings nothing, and its nodes go on by themselves.
  fuse: (run, { task }) =>
    run.put({ is: 'failed', task, error: { code: 'INTERNAL', message: 'a case walks no regions' } }),
  cancel: (run, { task, wait }) => (wait ? run.stop(task) : run.withdraw(task)),
  status: () => undefined,
  give_back: () => undefined,
  continue: () => {
    throw new Error('a case has no history that could grow full');
  },
  end: (run, { end }) => run.end(end),
};

const answerTo = (run: CaseRun, { activity, input, ...policy }: ActivityCommand): Answer | Promise<Answer> =>
  (ANSWERS[activity] as (run: CaseRun, input: unknown, policy: object) => Answer | Promise<Answer>)(run, input, policy);

const CHILDREN: Record<ChildCommand['workflow'], (run: CaseRun, command: ChildCommand) => void | Promise<void>> = {
  run: childRun,
  map: async (run, { task, input }) => run.answer(task, await wholeMap(run, input as MapStart)),
};

/** A sub-workflow: as its mock says, or for real, in the same time. */
function childRun(run: CaseRun, { task, input }: ChildCommand): void {
  const start = input as RunStart;
  const path = run.prefix + task;
  const { mocks, ground } = run.world;
  if (mocks.names(path) || !ground.plans.children.has(start.run.workflow)) {
    const tries = mocks.triesOf(path, start.input, run.walk.plan.nodes[run.walk.indexOf.get(task)!]!.output);
    const outcome = retried(ONCE, tries);
    return run.answer(task, outcome && 'value' in outcome ? { ...outcome, value: { output: outcome.value } } : outcome);
  }
  const child = run.world.open(start, {
    prefix: `${path}.`,
    ended: (end) => run.later(task, 0, factOf(task, end)),
  });
  run.keepChild(task, () => child.put({ is: 'cancel_requested' }));
  run.world.stir(child);
}

/** A child workflow is not tried again. */
const ONCE = {
  retry: { max_attempts: 1, initial_interval_ms: 1, backoff: 1, max_interval_ms: 1, non_retryable: [] },
  attempt_ms: Infinity,
};

function factOf(task: string, { status, output, error }: RunEnd) {
  if (status === 'completed') return { is: 'completed' as const, task, value: { output } as Json };
  return { is: 'failed' as const, task, error: status === 'cancelled' ? CANCELLED : error! };
}
const CANCELLED: NodeError = { code: 'RUN_CANCELLED', message: 'it was cancelled' };
