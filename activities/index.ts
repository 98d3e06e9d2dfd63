import type { EngineActivities, Work } from '../core/contract/work.js';
import { evaluateWithArtifacts, templateOf } from '../core/expr/index.js';
import { isArtifactRef, type Json } from '../core/json.js';
import type { ActivityDeps } from './deps.js';
import { toFailure } from './failure.js';
import { mapBatch } from './map.js';
import { perform } from './perform.js';
import { PERFORMERS } from './performers.js';

export type { ActivityDeps } from './deps.js';

/** Every activity of the engine's workflows, over the given adapters. */
export function engineActivities(deps: ActivityDeps): EngineActivities {
  const performer = (type: 'tool_call' | 'agent_call') => async (work: Work) => ({
    output: await perform(deps, work, (attempt) => PERFORMERS[type](deps, work.config, attempt)),
  });
  /** A list, or one behind a reference; references among its items stay. */
  const list = async (org: string, part: Json): Promise<Json[]> =>
    (isArtifactRef(part) ? await deps.artifacts.loader(org)(part) : part) as Json[];
  return {
    tool_call: performer('tool_call'),
    agent_call: performer('agent_call'),
    map_batch: (batch) => mapBatch(deps, batch),
    evaluate: translated(async ({ run, template, condition, scope }) => {
      const load = deps.artifacts.loader(run.org);
      const value = await evaluateWithArtifacts(template ?? templateOf(condition!), scope, load);
      return { value: await deps.artifacts.externalise(run.org, value) };
    }),
    count_items: translated(async ({ run, over }) => ({ total: (await list(run.org, over)).length })),
    join_items: translated(async ({ run, parts }) => {
      const whole: Json[] = [];
      for (const part of parts) for (const item of await list(run.org, part)) whole.push(item);
      return { value: await deps.artifacts.putJson(run.org, whole) };
    }),
    stash: translated(async ({ run, values }) => ({
      refs: await Promise.all(values.map((value) => deps.artifacts.putJson(run.org, value))),
    })),
    open_gate: (gate) => deps.gates.open(gate),
    close_gate: (gate) => deps.gates.close(gate),
    start_subworkflow: translated((input) => deps.subworkflows.prepare(input)),
  };
}

/** Faults leave as failures with their code; the wrapper of performed work does the same for nodes. */
function translated<Input, Output>(act: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  return async (input) => {
    try {
      return await act(input);
    } catch (err) {
      throw toFailure(err);
    }
  };
}
