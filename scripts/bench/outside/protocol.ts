import { z } from 'zod';

/** What the bench and a contender from outside say to one another; docs/bench-contenders.md tells it in words. */
export const FIRST = { hop: 0 };
/** How long one question for a run's end may stay open. */
export const WAIT_S = 30;

export const graphRequest = z.object({
  name: z.string(),
  nodes: z.array(z.object({ key: z.string(), does: z.enum(['noop', 'clock']) })),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
  output: z.string(),
});
export type GraphRequest = z.infer<typeof graphRequest>;
export const runRequest = z.object({ graph: z.string() });
export const runReply = z.object({ id: z.string().min(1) });
/** `running`: the wait is over and the run is not. */
export const stateReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('running') }),
  z.object({ status: z.literal('completed'), output: z.json() }),
  z.object({ status: z.literal('failed'), error: z.string().optional() }),
]);
export type RunState = z.infer<typeof stateReply>;
