import { violations } from '../adapters/json-schema/validate.js';
import type { EngineActivities, Work } from '../core/contract/work.js';
import { evaluateWithArtifacts, templateOf } from '../core/expr/index.js';
import type { Json } from '../core/json.js';
import { beating } from './beating.js';
import type { ActivityDeps } from './deps.js';
import { toFailure } from './failure.js';
import { acceptFire } from './fires.js';
import { fuse } from './fuse.js';
import { limitActivities } from './limits.js';
import { listOf } from './lists.js';
import { mapBatch } from './map.js';
import { perform } from './perform.js';
import { PERFORMERS } from './performers.js';
import { SlowNodes } from './slow-nodes.js';

export type { ActivityDeps } from './deps.js';

/** Every activity of the engine's workflows, over the given adapters. */
export function engineActivities(deps: ActivityDeps): EngineActivities {
  const performer = (type: 'tool_call' | 'agent_call') => (work: Work) =>
    beating(async (pulse) => ({
      output: await perform(deps, work, pulse, (attempt) => PERFORMERS[type](deps, work.config, attempt)),
    }));
  const slow = new SlowNodes();
  const limits = limitActivities(deps);
  return {
    tool_call: performer('tool_call'),
    agent_call: performer('agent_call'),
    fuse: (region) => fuse(deps, slow, region),
    next_task: () => Promise.resolve(),
    map_batch: translated((batch) => mapBatch(deps, batch)),
    evaluate: translated(async ({ run, template, condition, bytes, scope }) => {
      const load = deps.artifacts.loader(run.org);
      const value = await evaluateWithArtifacts(template ?? templateOf(condition!), scope, load);
      return { value: await deps.artifacts.externalise(run.org, value, bytes) };
    }),
    count_items: translated(async ({ run, over }) => ({ total: (await listOf(deps, run.org, over)).length })),
    join_items: translated(async ({ run, parts }) => {
      const whole: Json[] = [];
      for (const part of parts) for (const item of await listOf(deps, run.org, part)) whole.push(item);
      return { value: await deps.artifacts.putJson(run.org, whole) };
    }),
    stash: translated(async ({ run, values }) => ({
      refs: await Promise.all(values.map((value) => deps.artifacts.putJson(run.org, value))),
    })),
    open_gate: translated((gate) => deps.gates.open(gate)),
    note_gate: translated((gate) => deps.gates.note(gate)),
    close_gate: translated((gate) => deps.gates.close(gate)),
    await_event: translated((wait) => deps.events.await(wait)),
    check_event: translated(async ({ run, schema, data }) => ({
      fits: violations(schema, await deps.artifacts.hydrate(run.org, data)).length === 0,
    })),
    ask_limit: translated((wish) => limits.ask_limit(wish)),
    accept_fire: translated((fire) => acceptFire(deps, fire)),
    start_subworkflow: translated((input) =>
      input.again ? beating(() => deps.subworkflows.prepare(input)) : deps.subworkflows.prepare(input),
    ),
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
