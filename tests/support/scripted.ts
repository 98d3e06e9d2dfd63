import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { TemporalLimiters } from '../../adapters/temporal/limiters.js';
import type { EngineActivities, ItemResult, Work, Worked } from '../../core/contract/work.js';
import { evaluateWithArtifacts, templateOf } from '../../core/expr/index.js';
import { type ArtifactRef, isArtifactRef, type Json } from '../../core/json.js';
import { scriptedFire } from './fires.js';
import { INNER, LONG } from './shapes.js';

/** An agent that asks twice, and then says what it was told last. */
export function scriptedAgentCall({ effect, config }: Work): Promise<Worked> {
  const { message, cancel } = config as { message: string; cancel?: true };
  if (cancel) return Promise.resolve({ output: null });
  const n = Number(/answer\/(\d+)$/.exec(effect)?.[1] ?? 0);
  if (n === 2) return Promise.resolve({ output: { text: message } });
  const details = { agent: 'http://asking', state: 'input_required', task_id: 't1', context_id: 'c1' };
  throw ApplicationFailure.create({
    ...{ type: 'AGENT_INPUT_REQUIRED', message: 'the agent asks', nonRetryable: true },
    details: [{ ...details, message: `question ${n}`, asked: `s${n}` }],
  });
}

/** Activities that do what a node's config says, with an artifact store in memory. */
export function scriptedActivities(): Partial<EngineActivities> {
  const stored = new Map<string, Json>();
  const store = (value: Json): ArtifactRef => {
    const id = `sha256:${stored.size}`;
    stored.set(id, value);
    return { $artifact: id, size: 1, media_type: 'application/json' };
  };
  const load = (value: Json): Json => (isArtifactRef(value) ? stored.get(value.$artifact)! : value);
  const fetch = (ref: ArtifactRef) => Promise.resolve(stored.get(ref.$artifact)!);
  return {
    tool_call({ node, config, attempts_before = 0 }) {
      const { do: act, times = 0 } = (config as { do?: string; times?: number } | null) ?? {};
      const attempt = attempts_before + Context.current().info.attempt;
      if (act === 'unknown') throw ApplicationFailure.nonRetryable('cut off', 'EFFECT_UNKNOWN');
      if (act === 'fail' || (act === 'flaky' && attempt <= times))
        throw ApplicationFailure.create({
          type: 'HTTP_5XX',
          message: `attempt ${attempt}`,
          nonRetryable: act === 'fail',
        });
      return Promise.resolve({
        output:
          act === 'long' ? LONG : act === 'big' ? (store({ inner: 'found', n: 2 }) as unknown as Json) : { from: node },
      });
    },
    agent_call: scriptedAgentCall,
    async evaluate({ template, condition, scope }) {
      return { value: await evaluateWithArtifacts(template ?? templateOf(condition!), scope, fetch) };
    },
    count_items: ({ over }) => Promise.resolve({ total: (load(over) as Json[]).length }),
    stash: ({ values }) => Promise.resolve({ refs: values.map((value) => store(value) as unknown as Json) }),
    join_items: ({ parts }) =>
      Promise.resolve({ value: store(parts.flatMap((part) => load(part) as Json[])) as unknown as Json }),
    map_batch({ over, offset = 0, from, to }) {
      const list = load(over) as Json[];
      return Promise.resolve({
        items: list.slice(from - offset, to - offset).map((output): ItemResult => ({ status: 'completed', output })),
      });
    },
    async ask_limit(wish) {
      const { client, info } = Context.current();
      const allowance = { concurrency: 1 };
      await new TemporalLimiters({ client, taskQueue: info.taskQueue }).ask(wish, { allowance, revision: 1 });
    },
    accept_fire: scriptedFire,
    start_subworkflow: ({ run, child, input }) =>
      Promise.resolve({ plan: INNER as unknown as Json, run: { ...run, id: child, workflow: 'inner' }, input }),
  };
}
