import type { Json } from '../../../../core/json.js';
import type { RunHeader } from '../../../../core/events/view.js';
import { TemporalEngine } from '../../../../adapters/temporal/engine.js';
import { clock, diamond } from '../../graphs.js';
import { headerOf, planOf } from '../../heddle.js';
import type { Stage } from '../section.js';

/** So many of them, some at a time. Resolves when all are done. */
export async function inLanes(total: number, lanes: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, total) }, lane));
}

/** Diamonds of no-op nodes, started as the API starts runs. */
export function diamonds({ client }: Stage, taskQueue: string, fuse: 'auto' | 'never' = 'auto') {
  const engine = new TemporalEngine({ client, taskQueue });
  const plan = planOf(diamond(), fuse);
  let started = 0;
  const start = async (org: string): Promise<string> => {
    const header: RunHeader = { ...headerOf(`${taskQueue}-${org}-${started++}`, 'diamond'), org_id: org };
    await engine.start({ header, plan, input: {} });
    return header.id;
  };
  const end = (run: string): Promise<{ output: Json }> => client.workflow.getHandle(run).result();
  /** Milliseconds from the start to the answer that it has ended. */
  const whole = async (org: string): Promise<number> => {
    const began = clock();
    await end(await start(org));
    return clock() - began;
  };
  return { start, end, whole };
}
