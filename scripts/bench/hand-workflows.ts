import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Json } from '../../core/json.js';
import type { HandActivities } from './hand-worker.js';

/**
 * The same graphs as one would write them by hand on Temporal's TypeScript SDK: an activity a node, a loop for the chain,
 * Promise.all for the fan-out. This is what the interpreter is measured against.
 */
const { step, clock, pause } = proxyActivities<HandActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { maximumAttempts: 3 },
});

const call = (node: string, input: Json): Promise<Json> =>
  step({ node, effect: `${workflowInfo().workflowId}/${node}`, input });

export async function chain(length: number): Promise<Json> {
  let value: Json = { hop: 0 };
  for (let i = 0; i < length; i++) value = await call(`s${i}`, value);
  return value;
}

export async function fan(width: number): Promise<Json> {
  const opened = await call('open', { hop: 0 });
  await Promise.all(Array.from({ length: width }, (_, i) => call(`s${i}`, opened)));
  return call('join', { hop: 0 });
}

export async function one(): Promise<Json> {
  return clock();
}

/** Any graph: `parents` has the nodes that each one waits for, `waits` how long each takes, in ms. Nodes are in topological order. */
export async function dag(parents: number[][], waits: number[]): Promise<Json> {
  const ends: Promise<Json>[] = [];
  for (const [i, from] of parents.entries()) {
    const run = async (): Promise<Json> => {
      await Promise.all(from.map((each) => ends[each]!));
      const effect = `${workflowInfo().workflowId}/s${i}`;
      return waits[i] === 0
        ? step({ node: `s${i}`, effect, input: { hop: 0 } })
        : pause({ node: `s${i}`, effect, ms: waits[i]! });
    };
    ends.push(run());
  }
  return (await Promise.all(ends)).at(-1)!;
}

/** A workflow that does nothing: what Temporal itself takes for a run is the limit of everything on it. */
export async function nothing(): Promise<null> {
  return null;
}
