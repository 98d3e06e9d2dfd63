import type { Client } from '@temporalio/client';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import type { RunHeader } from '../../core/events/view.js';
import { compile } from '../../core/spec/compile.js';
import type { Plan } from '../../core/spec/plan.js';
import type { Contender } from './contender.js';
import type { Graph } from './graphs.js';
import { historyOf } from './history.js';
import { type WorkerProcess } from './process.js';

/** The interpreter with its real activities, started as the API starts runs. */
export function heddle(
  client: Client,
  taskQueue: string,
  worker: WorkerProcess,
  { name: called, fuse }: { name: string; fuse: 'auto' | 'never' },
): Contender {
  const engine = new TemporalEngine({ client, taskQueue });
  const plans = new Map<string, Plan>();
  let started = 0;
  return {
    name: called,
    worker,
    async create(graph) {
      plans.set(graph.name, planOf(graph, fuse));
    },
    async start({ name }) {
      const header = headerOf(`${called.replaceAll(' ', '-')}-${name}-${process.pid}-${started++}`, name);
      await engine.start({ header, plan: plans.get(name)!, input: {} });
      return header.id;
    },
    wait: async (run) => ((await client.workflow.getHandle(run).result()) as { output: never }).output,
    history: (run) => historyOf(client, run),
    close: () => worker.stop(),
  };
}

export function planOf({ name, spec }: Graph, fuse: 'auto' | 'never' = 'auto'): Plan {
  const { nodes, ...rest } = spec as { nodes: object[] };
  const compiled = compile(JSON.stringify({ ...rest, nodes: nodes.map((node) => ({ ...node, fuse })) }), {
    format: 'json',
  });
  if (!compiled.ok) throw new Error(`the graph ${name} does not compile: ${compiled.problems[0]?.message}`);
  return compiled.plan;
}

export const headerOf = (id: string, workflow: string): RunHeader => ({
  ...{ id, org_id: 'org_bench', workflow_id: 'wf_bench', workflow, version: 1, starter: 'key:bench', metadata: {} },
  created_at: new Date().toISOString(),
});
