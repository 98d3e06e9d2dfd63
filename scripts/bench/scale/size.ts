import { setTimeout as sleep } from 'node:timers/promises';
import { HistoryFollower } from '../../../adapters/temporal/follow.js';
import type { Contender } from '../contender.js';
import type { Graph } from '../graphs.js';
import { hand } from '../hand.js';
import { headerOf, heddle } from '../heddle.js';
import { startWorker, type WorkerProcess } from '../process.js';
import { criticalPath, layered, wideMap } from './large-graphs.js';
import type { Figure, Section, Stage } from './section.js';
import { historiesOf, MemoryWatch } from './watch.js';

const none = (): number => 0;
/** A tenth of the nodes take 50 to 250 ms, the others nothing. */
const some = (random: () => number): number => (random() < 0.1 ? Math.round(50 + 200 * random()) : 0);

const SCIENTIFIC = { nodes: 2_122, edges: 6_114, width: 1_890, fanIn: 1_100, layers: 12 };
const LARGE = { nodes: 10_000, edges: 30_000, width: 3_000, fanIn: 1_000, layers: 30 };
const SMALL = { nodes: 300, edges: 900, width: 200, fanIn: 100, layers: 8 };

/** Graphs and maps at the limits of what a spec may ask for: do they end, how large do histories and memory get, what does a kill cost? */
export const size: Section = async (stage) => {
  const { quick, client, folder, servers } = stage;
  const figures: Figure[] = [];
  const say = (of: string, what: string, value: number, unit: Figure['unit']) => {
    figures.push({ of, what, value, unit });
    stage.say(`${of}: ${what} ${value.toFixed(2)} ${unit}`);
  };
  const scientific = quick ? SMALL : SCIENTIFIC;
  const large = layered('large', quick ? SMALL : LARGE, none);
  const items = quick ? 20_000 : 1_000_000;
  const map = wideMap(items);
  const mapTitle = `map of ${items} items`;

  const handWorker = await startWorker('hand', 'hand-worker.ts', {
    logs: folder,
    env: { ...servers.env, TEMPORAL_TASK_QUEUE: 'hand' },
  });
  try {
    const byHand = hand(client, 'hand', handWorker);
    const worker = await stage.worker('size');
    const own = (fuse: 'auto' | 'never') => heddle(client, 'size', worker, { name: `heddle ${fuse}`, fuse });
    const contenders: [string, Contender][] = [
      ['by hand', byHand],
      ['Heddle', own('auto')],
      ['fuse: never', own('never')],
    ];
    for (const [graph, title] of [
      [layered('scientific', scientific, none), 'scientific shape, no-op nodes'],
      [layered('waits', scientific, some), 'scientific shape, a tenth of the nodes take 50 to 250 ms'],
    ] as const) {
      if (criticalPath(graph) > 0) say(title, 'critical path', criticalPath(graph), 'ms');
      for (const [name, contender] of contenders) say(title, name, await wallOf(contender, graph), 'ms');
    }
    for (const [graph, title, fuse] of [
      [large, `${large.nodes} nodes`, 'auto'],
      [large, `${large.nodes} nodes, fuse: never`, 'never'],
      [map, mapTitle, 'auto'],
    ] as const)
      await ending(stage, own(fuse), graph, worker, (what, value, unit) => say(title, what, value, unit));
    await worker.stop();
  } finally {
    await handWorker.stop();
  }
  for (const [graph, title] of [
    [large, `${large.nodes} nodes, fuse: never`],
    [map, mapTitle],
  ] as const) {
    say(title, 'from cancel to end', await cancelling(stage, graph), 'ms');
    await killing(stage, graph, (what, value, unit) => say(title, what, value, unit));
  }
  return figures;
};

type Tell = (what: string, value: number, unit: Figure['unit']) => void;

async function wallOf(contender: Contender, graph: Graph): Promise<number> {
  await contender.create(graph);
  const began = performance.now();
  await contender.wait(await contender.start(graph));
  return performance.now() - began;
}

/** One run from start to end, with what it took and left. */
async function ending(
  { client }: Stage,
  contender: Contender,
  graph: Graph,
  worker: WorkerProcess,
  tell: Tell,
): Promise<void> {
  await contender.create(graph);
  const before = (await worker.sample(true)).heapBytes!;
  const memory = new MemoryWatch(worker.pid);
  const began = performance.now();
  const run = await contender.start(graph);
  await contender.wait(run);
  tell('time', (performance.now() - began) / 1_000, 's');
  const { peak, early, late } = memory.stop();
  const after = (await worker.sample(true)).heapBytes!;
  const { executions, events, mib } = await historiesOf(client, run);
  tell('Temporal runs', executions, 'count');
  tell('events of the longest history', events, 'events');
  tell('size of the largest history', mib, 'MiB');
  tell('peak memory of the worker', peak, 'MiB');
  tell('memory, last quarter to second', late / early, '×');
  tell('heap kept after it', (after - before) / 1024 ** 2, 'MiB');
  const follower = new HistoryFollower(client, headerOf(run, graph.name));
  const looked = performance.now();
  await follower.catchUp();
  tell('reading its history for a view', performance.now() - looked, 'ms');
  tell('events of the run', follower.events.length, 'count');
  const open = follower.view().nodes.filter(({ status }) => status !== 'completed').length;
  if (open > 0) throw new Error(`${open} nodes of ${graph.name} are not completed in the view`);
}

const MIDDLE_MS = 5_000;

async function cancelling(stage: Stage, graph: Graph): Promise<number> {
  const worker = await stage.worker('cancelled');
  const contender = heddle(stage.client, 'cancelled', worker, { name: 'cancelled', fuse: 'never' });
  await contender.create(graph);
  const handle = stage.client.workflow.getHandle(await contender.start(graph));
  await sleep(stage.quick ? 500 : MIDDLE_MS);
  const began = performance.now();
  await handle.cancel();
  const ended = await contender.wait(handle.workflowId).then(
    () => 'completed',
    () => 'cancelled',
  );
  const took = performance.now() - began;
  await worker.stop();
  if (ended !== 'cancelled' && !stage.quick) throw new Error(`${graph.name} had ended before it was cancelled`);
  return took;
}

/** The worker is killed in the middle, and another takes over. */
async function killing(stage: Stage, graph: Graph, tell: Tell): Promise<void> {
  const first = await stage.worker('killed');
  const contender = heddle(stage.client, 'killed', first, { name: 'killed', fuse: 'never' });
  await contender.create(graph);
  const run = await contender.start(graph);
  await sleep(stage.quick ? 500 : MIDDLE_MS);
  process.kill(first.pid, 'SIGKILL');
  const killed = performance.now();
  const second = await stage.worker('killed');
  await contender.wait(run);
  tell('after kill -9 of the worker, to the end', (performance.now() - killed) / 1_000, 's');
  await second.stop();
}
