import { TextDecoder, TextEncoder } from 'node:util';
import type { Json, JsonObject } from '../../../../../../core/json.js';
import { eventsOf, filteredEvents, readable, typeName } from './events.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none

const event = (id: number, type: string, attributes: { [name: string]: Json }): Json => ({
  ...{ eventId: String(id), eventType: `EVENT_TYPE_${type}`, eventTime: '2026-01-01T00:00:00Z', taskId: '1' },
  xEventAttributes: attributes,
});
const base64 = (text: string) => Buffer.from(text).toString('base64');
const payload = (encoding: string, data: string) => ({ metadata: { encoding: base64(encoding) }, data: base64(data) });
const executions = [
  {
    run_id: 'a',
    events: [
      event(1, 'WORKFLOW_EXECUTION_STARTED', {}),
      event(2, 'ACTIVITY_TASK_SCHEDULED', { activityId: 'web', activityType: { name: 'tool_call' } }),
      event(3, 'ACTIVITY_TASK_SCHEDULED', { activityId: 'each[7]', activityType: { name: 'map_batch' } }),
      event(4, 'ACTIVITY_TASK_STARTED', { scheduledEventId: '2' }),
      event(5, 'ACTIVITY_TASK_COMPLETED', { scheduledEventId: '3', startedEventId: '4' }),
      event(6, 'START_CHILD_WORKFLOW_EXECUTION_INITIATED', {
        ...{ workflowId: 'run_1.gases', workflowType: { name: 'run' } },
      }),
      event(7, 'CHILD_WORKFLOW_EXECUTION_STARTED', { initiatedEventId: '6' }),
      event(8, 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED', { acceptedRequest: { input: { name: 'retry_node' } } }),
      event(9, 'WORKFLOW_EXECUTION_SIGNALED', { signalName: 'deliver' }),
      event(10, 'ACTIVITY_TASK_SCHEDULED', { activityId: '~output', activityType: { name: 'evaluate' } }),
      {
        ...(event(11, 'TIMER_STARTED', { timerId: '3' }) as JsonObject),
        userMetadata: { summary: payload('json/plain', '"pause~again"') },
      },
      event(12, 'TIMER_FIRED', { timerId: '3', startedEventId: '11' }),
    ],
  },
  { run_id: 'b', events: [event(1, 'WORKFLOW_EXECUTION_STARTED', {})] },
];

test('each event says which node it belongs to, by itself or by the event that it goes on from', () => {
  const told = eventsOf(executions).map(({ execution, id, type, node, about }) =>
    [execution, id, type, node ?? '-', about].join(' ').trim(),
  );
  expect(told).toEqual([
    '0 1 WorkflowExecutionStarted -',
    '0 2 ActivityTaskScheduled web tool_call web',
    '0 3 ActivityTaskScheduled each map_batch each[7]',
    '0 4 ActivityTaskStarted web tool_call web',
    '0 5 ActivityTaskCompleted each map_batch each[7]',
    '0 6 StartChildWorkflowExecutionInitiated gases run run_1.gases',
    '0 7 ChildWorkflowExecutionStarted gases run run_1.gases',
    '0 8 WorkflowExecutionUpdateAccepted - update retry_node',
    '0 9 WorkflowExecutionSignaled - signal deliver',
    '0 10 ActivityTaskScheduled - evaluate ~output',
    '0 11 TimerStarted pause timer pause~again',
    '0 12 TimerFired pause timer pause~again',
    '1 1 WorkflowExecutionStarted -',
  ]);
});

test.each([
  [{ node: 'web' }, [2, 4]],
  [{ text: 'retry' }, [8]],
  [{ text: 'COMPLETED' }, [5]],
  [{ text: 'each[7]', node: 'each' }, [3, 5]],
  [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1]],
])('%j leaves %j', (filter, ids) => {
  expect(filteredEvents(eventsOf(executions), filter).map(({ id }) => id)).toEqual(ids);
});

test('payloads are shown as the values that they are; what is no JSON stays as it is', () => {
  const secret = payload('binary/encrypted', 'x');
  expect(readable({ input: { payloads: [payload('json/plain', '{"ä":1}'), secret] }, n: 1 })).toEqual({
    input: { payloads: [{ ä: 1 }, secret] },
    n: 1,
  });
});

test('a type is written as Temporal’s own interface writes it', () => {
  expect(typeName('EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT')).toBe('WorkflowTaskTimedOut');
});
