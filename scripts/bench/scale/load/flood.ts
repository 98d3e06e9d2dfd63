import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../../graphs.js';
import { median } from '../../stats.js';
import type { Figure, Stage } from '../section.js';
import { diamonds, inLanes } from './lanes.js';

const STARTERS = 20;
const IDLE_RUNS = 30;
const WARM_UP = 50;
/** Of the flooding org itself: with the same fairness key, a run waits for all that was queued before. */
const SAME_ORG_EVERY = 10;
/** A worker that has just begun is slow until its code is warm: that is not the queue's doing. */
const COLD_MS = 3_000;

/**
 * One org queues all its runs while there is no worker. Then a worker comes, and a second org starts single runs until the backlog is
 * gone: their latency against the same on the idle system. Throws unless every run has completed, once.
 */
export async function flood(stage: Stage, { fuse, runs }: { fuse: 'auto' | 'never'; runs: number }): Promise<Figure[]> {
  const { client, quick } = stage;
  const queue = `flood-${fuse}`;
  const { start, end, whole } = diamonds(stage, queue, fuse);
  const worker = (name: string) => stage.worker(`${queue}-${name}`, { TEMPORAL_TASK_QUEUE: queue });

  const before = await worker('idle');
  const idle: number[] = [];
  for (let i = 0; i < WARM_UP; i++) await whole('small');
  for (let i = 0; i < IDLE_RUNS; i++) {
    idle.push(await whole('small'));
    await sleep(quick ? 50 : 200);
  }
  await before.stop();
  const queued: string[] = [];
  await inLanes(runs, STARTERS, async () => queued.push(await start('flood')));
  stage.say(`${runs} runs are queued`);

  const began = clock();
  await worker('busy');
  const open = async () =>
    (await client.workflow.count(`TaskQueue = '${queue}' AND HeddleOrg = 'flood' AND ExecutionStatus = 'Running'`))
      .count;
  const others: number[] = [];
  const same: Promise<number>[] = [];
  for (let i = 0; (await open()) > same.length || i === 0; i++) {
    if (i % SAME_ORG_EVERY === 0 && (await open()) > runs / 5) same.push(whole('flood'));
    const warm = clock() - began > COLD_MS;
    const ms = await whole('small');
    if (warm) others.push(ms);
    await sleep(quick ? 100 : 2_000);
  }
  const behind = await Promise.all(same);
  const seconds = (clock() - began) / 1000;
  await completedOnce(stage, queue, { queued, behind: behind.length });
  const [first] = await Promise.all(queued.slice(-1).map(end));
  if (!isDeepStrictEqual(first!.output, { hop: 0 })) throw new Error(`a run put out ${JSON.stringify(first)}`);

  const of = `${runs} diamonds of one org${fuse === 'auto' ? '' : ', fuse: never'}`;
  const usual = median(idle);
  stage.say(
    `${of}: gone after ${seconds.toFixed(1)} s; another org’s run ${(median(others) / usual).toFixed(2)} × idle`,
  );
  const figure = (what: string, value: number, unit: Figure['unit']): Figure => ({ of, what, value, unit });
  return [
    figure('completed, each once', queued.length, 'count'),
    figure('backlog gone after', seconds, 's'),
    figure('another org’s run, idle', usual, 'ms'),
    figure('while the backlog drains, median', median(others), 'ms'),
    figure('its ratio to idle', median(others) / usual, '×'),
    figure('its worst', Math.max(...others) / usual, '×'),
    ...(behind.length > 0 ? [figure('a run of the same org meanwhile', median(behind), 'ms')] : []),
  ];
}

/** Temporal lists each execution: none may be open, have failed, or be there twice. */
async function completedOnce(
  { client }: Stage,
  queue: string,
  { queued, behind }: { queued: string[]; behind: number },
): Promise<void> {
  const seen = new Map<string, number>();
  for await (const { workflowId, status } of client.workflow.list({
    query: `TaskQueue = '${queue}' AND HeddleOrg = 'flood'`,
  }))
    seen.set(`${workflowId} ${status.name}`, (seen.get(`${workflowId} ${status.name}`) ?? 0) + 1);
  const wrong = queued.filter((id) => seen.get(`${id} COMPLETED`) !== 1);
  if (wrong.length > 0 || seen.size !== queued.length + behind)
    throw new Error(
      `${wrong.length} of ${queued.length} runs have not completed once, such as ${wrong[0]}; ${seen.size} were found`,
    );
}
