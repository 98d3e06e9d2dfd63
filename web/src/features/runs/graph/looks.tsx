import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { useRunView } from '../live/index.js';
import { edgeLooks, type Evaluate } from './edges.js';
import { type Looks, type Picture, tonesOf } from './paint.js';

const LooksContext = createContext<Looks>({ tones: [], edges: [] });

/** How all of the graph looks in the state of now: what is drawn as a whole follows it, nodes in the document follow their own state. */
export const useLooks = (): Looks => useContext(LooksContext);

/** Only what asks for looks is drawn anew with each event, and not the graph around it. */
export function LooksProvider({
  runId,
  plan,
  picture,
  children,
}: {
  runId: string;
  plan: Plan;
  picture: Picture;
  children: ReactNode;
}) {
  return <LooksContext.Provider value={useLooksOf(runId, plan, picture)}>{children}</LooksContext.Provider>;
}

function useLooksOf(runId: string, plan: Plan, picture: Picture): Looks {
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
