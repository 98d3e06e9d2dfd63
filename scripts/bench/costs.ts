import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { stringify } from 'yaml';
import { schemaProblem } from '../../adapters/json-schema/validate.js';
import { FactReader } from '../../adapters/temporal/facts.js';
import { HistoryFollower } from '../../adapters/temporal/follow.js';
import { Fold, type HistoryFact } from '../../core/engine/fold.js';
import type { RunStart } from '../../core/engine/state.js';
import type { RunHeader } from '../../core/events/view.js';
import { compile } from '../../core/spec/compile.js';
import type { Contender } from './contender.js';
import { clock, layers } from './graphs.js';
import { headerOf } from './heddle.js';
import type { Cost } from './report.js';
import { median } from './stats.js';

const DEPTH = 40;
const WIDTH = 50;
const TIMES = 9;

/** What a spec of 2,000 nodes costs outside of its run. Each text is another one, so that no cache has seen its expressions. */
export async function compileCosts(): Promise<Cost[]> {
  const cost = (format: 'json' | 'yaml', write: (spec: unknown) => string): Promise<Cost> =>
    timed(
      `compile ${DEPTH * WIDTH} nodes, ${format.toUpperCase()}`,
      (i) => write(layers(DEPTH, WIDTH, `${format}${i}_`).spec),
      (text) => {
        if (!compile(text, { format, schemaProblem }).ok) throw new Error('the large graph does not compile');
      },
    );
  return [
    await cost('json', (spec) => JSON.stringify(spec)),
    await cost('yaml', (spec) => stringify(spec, { aliasDuplicateObjects: false })),
  ];
}

/** Runs the large graph once, and takes its history apart: decoding Temporal's events, and folding what they say. */
export async function foldCosts(client: Client, contender: Contender): Promise<Cost[]> {
  const graph = layers(DEPTH, WIDTH);
  await contender.create(graph);
  const run = await contender.start(graph);
  await contender.wait(run);
  const header = headerOf(run, graph.name);
  const follower = new HistoryFollower(client, header, { keep: true });
  await follower.catchUp();
  const { facts, start } = await read(client, header, follower.executions);
  const events = follower.executions.reduce((sum, execution) => sum + execution.events.length, 0);
  return [
    await timed(
      `decode its ${events} events`,
      () => follower.executions,
      (executions) => read(client, header, executions),
    ),
    await timed(
      'fold them',
      () => new Fold(header, start),
      (fold) => fold.apply(facts),
    ),
  ];
}

async function read(
  { options: { loadedDataConverter: converter } }: Client,
  { id }: RunHeader,
  executions: HistoryFollower['executions'],
): Promise<{ facts: HistoryFact[]; start: RunStart }> {
  const facts: HistoryFact[] = [];
  for (const { events } of executions) {
    const reader = new FactReader(converter, id);
    for (const event of events) {
      const fact = await reader.read(event);
      if (fact) facts.push(fact);
    }
  }
  const input = executions[0]!.events[0]!.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [start] = await decodeArrayFromPayloads(converter, input);
  return { facts, start: start as RunStart };
}

/** The median of the later half; the first half warms up. Making what is worked on takes no part. */
async function timed<T>(name: string, make: (i: number) => T, work: (made: T) => unknown): Promise<Cost> {
  const times: number[] = [];
  for (let i = 0; i < 2 * TIMES; i++) {
    const made = make(i);
    const began = clock();
    await work(made);
    times.push(clock() - began);
  }
  return { name, ms: median(times.slice(TIMES)) };
}
