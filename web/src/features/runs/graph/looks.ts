import { useEffect, useMemo, useState } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { useRunView } from '../live/index.js';
import { edgeLooks, type Evaluate } from './edges.js';
import { type Looks, type Picture, tonesOf } from './paint.js';

/** How all of the graph looks in the state of now: what is drawn as a whole follows it, nodes in the document follow their own state. */
export function useLooks(runId: string, plan: Plan, picture: Picture): Looks {
  const nodes = useRunView(runId, (view) => view.nodes);
  const run = useRunView(runId, (view) => view.run);
  const evaluate = useEvaluate(plan.edges.some(({ condition }) => condition !== undefined));
  const resolve = useMemo(() => edgeLooks(plan), [plan]);
  return useMemo(
    () => ({
      tones: tonesOf(picture, nodes),
      edges: nodes && run ? resolve(nodes, run, evaluate) : plan.edges.map(() => 'pending' as const),
    }),
    [picture, nodes, run, evaluate, resolve, plan],
  );
}

/** The expression engine, loaded when a condition has to be evaluated. */
function useEvaluate(wanted: boolean): Evaluate | undefined {
  const [evaluate, setEvaluate] = useState<{ it: Evaluate }>();
  useEffect(() => {
    if (wanted) void import('./conditions.js').then((loaded) => setEvaluate({ it: loaded.evaluate }));
  }, [wanted]);
  return evaluate?.it;
}
