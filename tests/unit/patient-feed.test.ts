import type { LiveEvent, RunStep } from '../../core/events/live.js';
import { PatientFeed } from '../../workers/engine/patient-feed.js';

const at = '2026-01-01T00:00:00.000Z';
const step: RunStep = { type: 'run.step', run_id: 'a', at, changes: [] };
const attempt = { run_id: 'a', node_key: 'n', attempt: 1, at };
const running: LiveEvent = { type: 'node.running', ...attempt };
const line: LiveEvent = { type: 'node.log', ...attempt, data: { seq: 0, stream: 'stdout', text: 'one' } };

function open() {
  const sent: LiveEvent[][] = [];
  let told: () => void = () => undefined;
  const next = new Promise<void>((resolve) => (told = resolve));
  const feed = new PatientFeed({
    publish: async (events) => {
      sent.push(events);
      told();
    },
  });
  return { feed, sent, next };
}

test('what can wait goes before what can not, and with it', async () => {
  const { feed, sent } = open();
  void feed.sinks.steps.changed.fn({} as never, step);
  await feed.publish([running]);
  expect(sent).toEqual([]);
  await feed.publish([line]);
  expect(sent).toEqual([[step, running, line]]);
});

test('what waits goes by itself when nothing else comes, and once', async () => {
  const { feed, sent, next } = open();
  await feed.publish([running]);
  await feed.publish([step]);
  await next;
  await feed.publish([line]);
  expect(sent).toEqual([[running, step], [line]]);
});
