import type { Json } from '../../json.js';
import type { Plan } from '../../spec/plan.js';
import type { EngineActivities, SubworkflowStart } from '../../contract/work.js';
import { priorityOf, type RunStart } from '../state.js';
import { childTaskOf, taskOf } from '../task-names.js';
import type { Walk } from '../walk.js';
import type { Kind } from './kind.js';
import { policyOf } from './work.js';

/** Runs another workflow as a child run of its own: `<run>.<node>`. */
export const childRunId = (run: string, node: string): string => `${run}.${node}`;

function priorityFor(start: RunStart): Pick<RunStart, 'priority'> {
  const priority = priorityOf(start);
  return priority === undefined ? {} : { priority };
}

export const subworkflow: Kind = {
  template: (config) => (config as { input?: Json }).input ?? {},
  limit: 'work',
  resume: (walk, index) => subworkflow.begin(walk, index, walk.nodes[index]!.input),
  begin(walk, index, bound) {
    const node = walk.plan.nodes[index]!;
    const { workflow, version } = node.config as { workflow: string; version?: number };
    const input = {
      run: walk.start.run,
      node: node.key,
      child: childRunId(walk.start.run.id, childTaskOf(walk, index)),
      workflow,
      ...(version === undefined ? {} : { version }),
      input: bound,
      ...againOf(walk, index),
    };
    walk.enqueue({
      do: 'activity',
      task: `${taskOf(walk, index)}~plan`,
      activity: 'start_subworkflow',
      input,
      ...policyOf(walk, index),
      attempt_ms: 30_000,
      summary: node.key,
    });
  },
  fact(walk, index, task, fact) {
    const key = childTaskOf(walk, index);
    if (fact.is === 'failed' && walk.ending && fact.error.code === 'RUN_CANCELLED') return walk.fail(index, fact.error);
    if (fact.is === 'failed')
      return walk.fail(index, task === key ? { ...fact.error, code: 'SUBWORKFLOW_FAILED' } : fact.error);
    if (fact.is !== 'completed') return;
    if (task === key) return walk.complete(index, (fact.value as { output: Json }).output);
    const { plan, run, input, author, taken_up } = fact.value as unknown as SubworkflowStart & { plan: Plan };
    const start: RunStart = taken_up ?? {
      engine: walk.start.engine,
      plan,
      run,
      ...(author === undefined ? {} : { author }),
      ...(walk.start.signers === undefined ? {} : { signers: walk.start.signers }),
      scope: walk.start.scope,
      input,
      output_bytes: walk.inlineBytes,
      ...priorityFor(walk.start),
      segment: 0,
    };
    walk.enter(index, 'running');
    walk.enqueue({ do: 'child', task: key, workflow: 'run', input: start, summary: `${run.workflow} v${run.version}` });
  },
};

/** A child run that was over is redriven when its node runs again; the key says for which time. */
function againOf(walk: Walk, index: number): Pick<Parameters<EngineActivities['start_subworkflow']>[0], 'again'> {
  const { again, round = 0 } = walk.nodes[index]!;
  if (!again) return {};
  const { takes_up } = walk.start;
  const redrive = takes_up?.is === 'redrive' ? takes_up.n : 0;
  return { again: { ...again, key: `${redrive}.${round}`, at: new Date(walk.at).toISOString() } };
}
