import { EVENTS } from '../contract/events.js';
import { durableEvent, liveEvent, notice } from './cloud-event.js';

const at = '2026-01-01T00:00:00.000Z';
const cursor = '0000.000004.000000';
const envelope = {
  specversion: '1.0',
  source: '/api/v1/workflow_runs/run_1',
  time: at,
  datacontenttype: 'application/json',
};

test('a durable event carries its cursor as id, its node as subject and what belongs to its type as data', () => {
  const error = { code: 'HTTP_5XX', message: 'the server failed', details: { status: 503 } };
  const event = durableEvent('run_1', {
    cursor,
    type: 'node.failed',
    at,
    node_key: 'web',
    status: 'failed',
    attempt: 3,
    error,
  });
  expect(event).toEqual({
    ...envelope,
    id: cursor,
    type: 'node.failed',
    subject: 'web',
    data: { run_id: 'run_1', node_key: 'web', status: 'failed', attempt: 3, error },
  });
  expect(EVENTS['node.failed'].safeParse(event).error).toBeUndefined();
});

test('an event of the run has no subject', () => {
  const event = durableEvent('run_1', { cursor, type: 'run.completed', at, status: 'completed', output: null });
  expect(event).toEqual({
    ...envelope,
    id: cursor,
    type: 'run.completed',
    data: { run_id: 'run_1', status: 'completed', output: null },
  });
  expect(EVENTS['run.completed'].safeParse(event).error).toBeUndefined();
});

test.each([
  ['node.running', 'running', {}],
  ['node.retrying', 'queued', { data: { code: 'HTTP_5XX', message: 'the server failed' } }],
  ['node.log', 'running', { data: { seq: 0, stream: 'stdout' as const, text: 'hello' } }],
  ['node.progress', 'running', { data: { done: 3 } }],
] as const)('%s is ephemeral: it has no id, and its node is %s', (type, status, more) => {
  const event = liveEvent({ type, run_id: 'run_1', node_key: 'items[3]', attempt: 2, at, ...more } as never);
  expect(event).toEqual({
    ...envelope,
    type,
    subject: 'items[3]',
    data: { run_id: 'run_1', node_key: 'items[3]', status, attempt: 2, ephemeral: true, ...more },
  });
  expect(EVENTS[type].safeParse(event).error).toBeUndefined();
});

test('the stream speaks of itself in ephemeral events', () => {
  const event = notice('run_1', 'stream.dropped', at, { count: 7 });
  expect(event).toEqual({
    ...envelope,
    type: 'stream.dropped',
    data: { run_id: 'run_1', ephemeral: true, data: { count: 7 } },
  });
  expect(EVENTS['stream.dropped'].safeParse(event).error).toBeUndefined();
  expect(EVENTS['stream.behind'].safeParse(notice('run_1', 'stream.behind', at)).error).toBeUndefined();
});

test('the schemas take no event without its cursor, and no ephemeral one with a cursor', () => {
  const durable = durableEvent('run_1', {
    cursor,
    type: 'node.queued',
    at,
    node_key: 'web',
    status: 'queued',
    attempt: 0,
  });
  const { id: _, ...without } = durable;
  expect(EVENTS['node.queued'].safeParse(durable).success).toBe(true);
  expect(EVENTS['node.queued'].safeParse(without).success).toBe(false);
  const began = liveEvent({ type: 'node.running', run_id: 'run_1', node_key: 'web', attempt: 1, at });
  expect(EVENTS['node.running'].safeParse({ ...began, id: cursor }).success).toBe(false);
});
