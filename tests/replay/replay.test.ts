import { readdirSync, readFileSync } from 'node:fs';
import { defaultDataConverter, historyFromJSON, loadDataConverter } from './temporal.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { EngineWorker } from '../../workers/engine/worker.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { FactReader } from '../../adapters/temporal/facts.js';
import { Fold, type HistoryFact } from '../../core/engine/fold.js';
import { comparable } from '../../core/engine/view.js';
import type { RunHeader } from '../../core/events/view.js';
import { quietRuntime, silentSinks } from '../support/workflow.js';

interface Recorded {
  query: unknown;
  header: RunHeader;
  history: unknown;
}
const folder = new URL('histories/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const recorded = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;
const options = {
  workflowBundle: { codePath: process.env['TEST_WORKFLOW_BUNDLE']! },
  dataConverter: dataConverterOf(),
  sinks: silentSinks,
};

beforeAll(quietRuntime);

test('there are recorded histories', () => expect(names.length).toBeGreaterThanOrEqual(15));

test.each(names)('P6: %s replays unchanged', async (name) => {
  const { history, header } = recorded(name);
  await EngineWorker.runReplayHistory(options, historyFromJSON(history), header.id);
});

test.each(names)('P1: the fold of %s is still what its workflow said', async (name) => {
  const { history, header, query } = recorded(name);
  const converter = loadDataConverter({ ...defaultDataConverter, ...dataConverterOf() });
  const reader = new FactReader(converter, header.id);
  const events = historyFromJSON(history).events!;
  const facts: HistoryFact[] = [];
  for (const event of events) {
    const fact = await reader.read(event);
    if (fact) facts.push(fact);
  }
  const [start] = await reader.decodeAll(events[0]!.workflowExecutionStartedEventAttributes!.input!.payloads);
  const fold = new Fold(header, start as never);
  fold.apply(facts);
  expect(comparable(fold.view())).toEqual(comparable(query as never));
});

const fires = new URL('fires/', import.meta.url);
test.each(readdirSync(fires))('P6: the fire %s replays unchanged', async (name) => {
  const { id, history } = JSON.parse(readFileSync(new URL(name, fires), 'utf8')) as { id: string; history: unknown };
  await EngineWorker.runReplayHistory(options, historyFromJSON(history), id);
});

const limiters = new URL('limiters/', import.meta.url);
test.each(readdirSync(limiters))('P6: the limiter %s replays unchanged', async (name) => {
  const { id, history } = JSON.parse(readFileSync(new URL(name, limiters), 'utf8')) as { id: string; history: unknown };
  await EngineWorker.runReplayHistory(options, historyFromJSON(history), id);
});

test('a change that is not deterministic is caught', async () => {
  const { history, header } = recorded(names.find((name) => name.includes('chain'))!);
  const changed = JSON.parse(
    JSON.stringify(history).replaceAll('"activityId":"b"', '"activityId":"renamed"'),
  ) as unknown;
  await expect(EngineWorker.runReplayHistory(options, historyFromJSON(changed), header.id)).rejects.toThrow(
    DeterminismViolationError,
  );
});
