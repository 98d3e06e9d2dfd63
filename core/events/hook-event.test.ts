import type { RunEvent } from './event.js';
import { hookEvent, hookEvents } from './hook-event.js';

const run = { id: 'run_1', workflow: 'w', version: 2 };
const at = '2026-01-01T00:00:00.000Z';
const cursor = '0000.000001.000001';

test('of a run’s events its end and its gates are told, with what they are of', () => {
  const gate = { node_key: 'g', status: 'waiting', attempt: 0, at, cursor } as const;
  const events: RunEvent[] = [
    { type: 'run.running', status: 'running', at, cursor },
    { type: 'gate.opened', data: { title: 'Go?', show: null, role: 'admin' }, ...gate },
    { type: 'gate.decided', data: { decision: 'deny' }, ...gate },
    { type: 'node.failed', ...gate, status: 'failed' },
    { type: 'run.failed', status: 'failed', error: { code: 'GATE_DENIED', message: 'no' }, at, cursor },
  ];
  const told = hookEvents(run, events).map(({ key, body }) => ({
    key,
    ...(JSON.parse(body) as { type: string; data: object }),
  }));
  const about = { run_id: 'run_1', workflow: 'w', version: 2 };
  expect(told).toEqual([
    ...[
      {
        key: 'run_1/gate.opened/g',
        type: 'gate.opened',
        timestamp: at,
        data: { ...about, node_key: 'g', gate: { title: 'Go?', show: null, role: 'admin' } },
      },
    ],
    ...[
      {
        key: 'run_1/gate.decided/g',
        type: 'gate.decided',
        timestamp: at,
        data: { ...about, node_key: 'g', decision: { decision: 'deny' } },
      },
    ],
    ...[
      {
        key: 'run_1/run.failed',
        type: 'run.failed',
        timestamp: at,
        data: { ...about, error: { code: 'GATE_DENIED', message: 'no' } },
      },
    ],
  ]);
});

test('what saw a gate open first and what reads it in history later call it the same', () => {
  const [fromHistory] = hookEvents(run, [
    {
      type: 'gate.opened',
      node_key: 'm[3]',
      status: 'waiting',
      attempt: 0,
      at,
      cursor,
      data: { title: '', show: 1, role: 'x' },
    },
  ]);
  const early = hookEvent(run, { type: 'gate.opened', at, node_key: 'm[3]', gate: { title: '', show: 1, role: 'x' } });
  expect(early).toEqual(fromHistory);
});

test('a gate that is asked once more is told once more, whoever sees it', () => {
  const opened = {
    type: 'gate.opened' as const,
    at,
    node_key: 'g',
    status: 'waiting' as const,
    attempt: 1,
    data: null,
  };
  const told = hookEvents(run, [
    { ...opened, cursor: '1' },
    { ...opened, cursor: '2' },
  ]).map(({ key }) => key);
  const rows = [0, 1].map((round) => hookEvent(run, { type: 'gate.opened', at, node_key: 'g', gate: null }, round).key);
  expect(told).toEqual(rows);
  expect(new Set(told).size).toBe(2);
});

test('of a redriven run each end is told; a decision belongs to the round in which its gate was asked last', () => {
  const gate = { at, node_key: 'g', status: 'waiting' as const, attempt: 1, data: null };
  const ended = { type: 'run.failed' as const, at, status: 'failed' as const };
  const told = hookEvents(run, [
    { ...gate, type: 'gate.opened', cursor: '1' },
    { ...ended, cursor: '2' },
    { ...gate, type: 'gate.opened', cursor: '3' },
    { ...gate, type: 'gate.decided', cursor: '4' },
    { ...ended, cursor: '5' },
  ]).map(({ key }) => key);
  expect(told).toEqual([
    ...['run_1/gate.opened/g', 'run_1/run.failed', 'run_1/gate.opened/g/1'],
    ...['run_1/gate.decided/g/1', 'run_1/run.failed/1'],
  ]);
});
