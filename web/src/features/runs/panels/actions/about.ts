import { useMemo } from 'react';
import type { NodeView } from '../../../../../../core/events/view.js';
import { isObject, type Json } from '../../../../../../core/json.js';
import type { Plan } from '../../../../../../core/spec/plan.js';
import { isItem, useNode, usePlan, useRunView, useSpec } from '../../live/index.js';
import type { Draft } from './draft.js';
import type { AboutRun } from './fields.js';
import { isSettled, type NodeFacts, type RunFacts } from './offers.js';

const own = (nodes: ReadonlyMap<string, NodeView>): NodeView[] => [...nodes.values()].filter(({ key }) => !isItem(key));
const asText = (value: Json): string => JSON.stringify(value, null, 2);

export function useRunFacts(runId: string): RunFacts | undefined {
  const run = useRunView(runId, (view) => view.run);
  const nodes = useRunView(runId, (view) => view.nodes);
  return useMemo(() => {
    if (!run || !nodes) return undefined;
    const all = own(nodes);
    return {
      ...{ status: run.status, ending: run.ending !== undefined, isChild: run.parent !== undefined },
      failed: all.filter(({ status }) => status === 'failed').length,
      settled: all.filter(({ status }) => isSettled(status)).length,
    };
  }, [run, nodes]);
}

/** Undefined: the run has no such node, or it is an item of a map, which is not acted on by itself. */
export function useNodeFacts(runId: string, key: string): NodeFacts | undefined {
  const node = useNode(runId, key);
  const run = useRunFacts(runId);
  if (!node || !run || isItem(key)) return undefined;
  const { type, status, why, compensation } = node;
  return {
    ...{ type, status, run, waitsForAttempt: /^attempt \d+ of /.test(why ?? '') },
    paused: run.status !== 'paused' && / paused it: /.test(why ?? ''),
    ...(compensation ? { undo: compensation.status } : {}),
  };
}

/** What the fields of a dialog need to know, and what stands in them at first. */
export function useAbout(runId: string, key: string | undefined): { run: AboutRun; draft: Draft } | undefined {
  const run = useRunView(runId, (view) => view.run);
  const nodes = useRunView(runId, (view) => view.nodes);
  const plan = usePlan(runId);
  const spec = useSpec(runId) ?? '';
  if (!run || !nodes) return undefined;
  const all = own(nodes);
  const node = key === undefined ? undefined : nodes.get(key);
  const planned = plan?.nodes.find((each) => each.key === key);
  return {
    run: {
      ...{ workflow: run.workflow, spec, completed: run.status === 'completed', events: plan ? eventsOf(plan) : [] },
      settled: all.filter(({ status }) => isSettled(status)).map((each) => each.key),
      failed: all
        .filter(({ status }) => status === 'failed')
        .map((each) => ({
          key: each.key,
          input: each.input === null || each.type === 'subworkflow' ? null : asText(each.input),
        })),
      ...(node ? { node: { type: node.type, hasInput: node.input !== null, schema: planned?.output } } : {}),
    },
    draft: {
      ...{ fresh: false, instead: 'as_is', by: 'spec', spec, patch: '', version: '', from: '', nodes: [], inputs: {} },
      ...{ name: '', key: '', data: 'null', confirm: '' },
      input: asText(node?.input ?? null),
      output: asText(node?.output ?? null),
    },
  };
}

/** Names of the events that the plan's waits are for. */
export const eventsOf = ({ nodes }: Plan): string[] => [
  ...new Set(
    nodes.flatMap(({ type, config }) =>
      type === 'wait' && isObject(config) && typeof config['event'] === 'string' ? [config['event']] : [],
    ),
  ),
];
