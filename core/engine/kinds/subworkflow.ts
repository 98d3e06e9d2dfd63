import type { Json } from '../../json.js';
import type { Plan } from '../../spec/plan.js';
import type { SubworkflowStart } from '../../contract/work.js';
import type { RunStart } from '../state.js';
import type { Kind } from './kind.js';
import { policyOf } from './work.js';

/** Runs another workflow as a child run of its own: `<run>.<node>`. */
export const childRunId = (run: string, node: string): string => `${run}.${node}`;

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
      child: childRunId(walk.start.run.id, node.key),
      workflow,
      ...(version === undefined ? {} : { version }),
      input: bound,
    };
    walk.enqueue({
      do: 'activity',
      task: `${node.key}~plan`,
      activity: 'start_subworkflow',
      input,
      ...policyOf(walk, index),
      attempt_ms: 30_000,
      summary: node.key,
    });
  },
  fact(walk, index, task, fact) {
    const key = walk.key(index);
    if (fact.is === 'failed')
      return walk.fail(index, task === key ? { ...fact.error, code: 'SUBWORKFLOW_FAILED' } : fact.error);
    if (fact.is !== 'completed') return;
    if (task === key) return walk.complete(index, (fact.value as { output: Json }).output);
    const { plan, run, input, author } = fact.value as unknown as SubworkflowStart & { plan: Plan };
    const start: RunStart = {
      engine: walk.start.engine,
      plan,
      run,
      ...(author === undefined ? {} : { author }),
      ...(walk.start.signers === undefined ? {} : { signers: walk.start.signers }),
      scope: walk.start.scope,
      input,
      output_bytes: walk.inlineBytes,
      segment: 0,
    };
    walk.enter(index, 'running');
    walk.enqueue({ do: 'child', task: key, workflow: 'run', input: start, summary: `${run.workflow} v${run.version}` });
  },
};
