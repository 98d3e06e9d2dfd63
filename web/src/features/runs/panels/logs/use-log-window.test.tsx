import { server } from '../../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import { TextDecoder, TextEncoder } from 'node:util';
import type { LogLine } from '../../../../../../core/events/live.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { readAll, useLogWindow } = await import('./use-log-window.js');

const START = Date.parse('2026-01-01T00:00:00Z');
const line = (seq: number): LogLine => ({
  ...{ run_id: 'run_1', node_key: 'a', attempt: 1, seq, at: new Date(START + seq).toISOString() },
  ...{ stream: 'stdout', text: seq % 1000 === 7 ? 'needle' : 'hay' },
});
/** The log that the server has, as long as this. */
let length: number;
let hold: Promise<void> | undefined;
beforeEach(() => {
  hold = undefined;
  server.asked = [];
  server.answer = async ({ path, query }) => {
    expect([path, query.get('order')]).toEqual(['/workflow_runs/run_1/logs', 'desc']);
    const limit = Number(query.get('limit'));
    const before = Number(query.get('cursor') ?? length);
    const q = query.get('q');
    const all = Array.from({ length: before }, (_, i) => line(before - 1 - i));
    const fitting = all.filter(({ text }) => q === null || text.includes(q));
    const items = fitting.slice(0, limit);
    await hold;
    return { body: { items, next_cursor: fitting.length > limit ? String(items.at(-1)!.seq) : null } };
  };
});

function watched(asked: { q?: string } = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: React.ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result, rerender } = renderHook(({ stamp, heard }) => useLogWindow('run_1', asked, stamp, heard), {
    wrapper,
    initialProps: { stamp: '', heard: 0 },
  });
  /** From which line to which; throws for a line that is missing or there twice. */
  const span = () => {
    const seqs = result.current.lines.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    return [seqs[0], seqs.at(-1)];
  };
  const settled = () => waitFor(() => expect(result.current.isReading).toBe(false));
  return { result, rerender, span, settled };
}

test('the newest lines are read, and earlier ones when they are asked for', async () => {
  length = 12_000;
  const { result, span, settled } = watched();
  await settled();
  expect(span()).toEqual([7_000, 11_999]);
  expect(result.current.hasEarlier).toBe(true);
  for (const from of [2_000, 0]) {
    act(() => result.current.earlier());
    await waitFor(() => expect(span()).toEqual([from, 11_999]));
  }
  expect(result.current.hasEarlier).toBe(false);
});

test('what came unheard is read, and no more than that', async () => {
  length = 3_000;
  const { rerender, span, settled } = watched();
  await settled();
  expect(span()).toEqual([0, 2_999]);
  server.asked = [];
  length = 4_200;
  rerender({ stamp: 'the line broke', heard: 0 });
  await waitFor(() => expect(span()).toEqual([0, 4_199]));
  expect(server.asked).toHaveLength(2);
});

test('after more than is read at once it goes on without a gap, from later on', async () => {
  length = 3_000;
  const { result, rerender, span, settled } = watched();
  await settled();
  length = 30_000;
  rerender({ stamp: 'asleep for an hour', heard: 0 });
  await waitFor(() => expect(span()).toEqual([25_000, 29_999]));
  expect(result.current.hasEarlier).toBe(true);
});

test('earlier lines that were read while newer ones were asked for are kept', async () => {
  length = 6_000;
  const { result, rerender, span, settled } = watched();
  await settled();
  let release!: () => void;
  hold = new Promise((resolve) => (release = resolve));
  length = 6_100;
  rerender({ stamp: 'later', heard: 0 });
  hold = undefined;
  act(() => result.current.earlier());
  await waitFor(() => expect(span()).toEqual([0, 5_999]));
  await act(async () => release());
  await waitFor(() => expect(span()).toEqual([0, 6_099]));
});

test('it says how many lines were heard since it was read', async () => {
  length = 10;
  const { result, rerender, settled } = watched();
  await settled();
  rerender({ stamp: '', heard: 40 });
  expect(result.current.heardSince).toBe(40);
  rerender({ stamp: 'again', heard: 40 });
  await settled();
  expect(result.current.heardSince).toBe(0);
});

test('all is searched by the API', async () => {
  length = 12_000;
  const { result, settled } = watched({ q: 'needle' });
  await settled();
  expect(result.current.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, i) => 1_000 * i + 7));
  expect(result.current.hasEarlier).toBe(false);
});

test('a file has every line', async () => {
  length = 2_500;
  expect((await readAll('run_1', {})).map(({ seq }) => seq)).toEqual(Array.from({ length }, (_, i) => i));
});
