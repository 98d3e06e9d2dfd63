import { createClient, type Followed } from '../../../cli/client.js';
import type { Target } from '../../../cli/target.js';
import type { RunView } from '../../../core/events/view.js';
import { FIRST, type GraphRequest, type RunState } from './protocol.js';
import type { OutsideEngine } from './serve.js';

/** A worker as it is shipped knows no function that tells the time; code in the sandbox can, to the millisecond. */
const CONFIG = {
  noop: { tool: 'function', name: 'noop' },
  clock: { tool: 'function', code: 'export default () => Date.now()' },
};

/** Any Heddle as a contender, by its public API alone: specs are posted, runs are started and followed as their event streams tell. */
export function heddleOutside(target: Target): OutsideEngine {
  const client = createClient(target);
  return {
    create: async (graph) => void (await client.post('/workflows', specOf(graph))),
    start: async (graph) => (await client.post<{ id: string }>(`/workflows/${graph}/run`, { input: {} })).id,
    async wait(run, ms) {
      const signal = AbortSignal.timeout(ms);
      let last: Followed | undefined;
      try {
        for await (const followed of client.follow(run, signal)) last = followed;
      } catch (err) {
        if (signal.aborted) return { status: 'running' };
        throw err;
      }
      return stateOf(last!);
    },
  };
}

/** Each node gets what one of those before it put out, the first ones what the protocol says. */
export function specOf({ name, nodes, edges, output }: GraphRequest): object {
  const before = new Map(edges.toReversed().map(({ from, to }) => [to, from]));
  const inputOf = (key: string) => (before.has(key) ? `\${nodes.${before.get(key)!}.output}` : FIRST);
  return {
    name,
    nodes: nodes.map(({ key, does }) => ({ key, type: 'tool_call', config: { ...CONFIG[does], input: inputOf(key) } })),
    edges,
    output: `\${nodes.${output}.output}`,
  };
}

/** The stream ends with the run: what came last says how. */
function stateOf(last: Followed): RunState {
  const { status, output, error } = (last.kind === 'snapshot' ? last.run : last.event.data) as Pick<
    RunView,
    'status' | 'output' | 'error'
  >;
  if (status === 'completed') return { status, output };
  return { status: 'failed', error: error?.message ?? `the run is ${status}` };
}
