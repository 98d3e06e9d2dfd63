import type { NodeView } from '../../../../../core/events/view.js';
import { countsOf, filtered } from './rows.js';

const node = (key: string, more: Partial<NodeView> = {}): NodeView => ({
  ...{ key, type: 'tool_call', status: 'completed', attempt: 1, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null, ...more },
});
const nodes = [
  node('load'),
  node('each', { type: 'map', status: 'running' }),
  node('approve', { type: 'human_gate', status: 'waiting', why: 'waits for 1 of group legal' }),
  node('pay', { status: 'failed', error: { code: 'HTTP_5XX', message: 'no' } }),
  node('each[10]', { status: 'running' }),
  node('each[2]'),
];
const none = { text: '', status: '', items: false };

test.each<[Partial<typeof none>, string[]]>([
  [{}, ['load', 'each', 'approve', 'pay']],
  [{ items: true }, ['load', 'each', 'each[2]', 'each[10]', 'approve', 'pay']],
  [{ status: 'running', items: true }, ['each', 'each[10]']],
  [{ text: 'LEGAL' }, ['approve']],
  [{ text: 'http_5xx' }, ['pay']],
  [{ text: 'human gate' }, ['approve']],
  [{ text: 'load', status: 'failed' }, []],
])('%j', (wanted, keys) => expect(filtered(nodes, { ...none, ...wanted }).map(({ key }) => key)).toEqual(keys));

test('states are counted, with items when they are wanted', () => {
  expect(countsOf(nodes, false)).toEqual({
    all: 4,
    byStatus: new Map([
      ['completed', 1],
      ['running', 1],
      ['waiting', 1],
      ['failed', 1],
    ]),
  });
  expect(countsOf(nodes, true).all).toBe(6);
});
