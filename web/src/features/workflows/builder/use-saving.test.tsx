import { type Asked, server } from '../../../lib/testing/server.js';
import { TextDecoder, TextEncoder } from 'node:util';
import { jest } from '@jest/globals';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { Saved } from './model/index.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { useBuilder } = await import('./model/index.js');
const { useSaving } = await import('./use-saving.js');
const { meQuery } = await import('../../session/session.js');
const { draftFor, draftOf, keepDraft } = await import('./model/index.js');

const TEXT = 'name: flow\nnodes:\n  - { key: one, type: wait, config: { duration: 1m } }\n';
const SAVED: Saved = { id: 'wf_2', name: 'flow', version: 2, hash: 'h', text: TEXT };
const version = (number: number) => ({
  ...{ id: `wf_${number}`, name: 'flow', version: number, hash: `h${number}`, description: null },
  ...{ created_by: 'user:ann', created_at: '2026-01-01T00:00:00Z' },
});
const store = () => useBuilder.getState();

/** What the server has (0: nothing of that name), and what it answers to the next text, when it does. */
let newest: number;
let hold: Promise<void> | undefined;
let answer: { status: number; body: unknown };
const posted = (): unknown[] => server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);

function saving() {
  const onSaved = jest.fn();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { org: { id: 'org_1' } } as never);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return { ...renderHook(() => useSaving(onSaved), { wrapper }), onSaved };
}

beforeEach(() => {
  newest = 2;
  hold = undefined;
  answer = { status: 201, body: version(3) };
  Object.assign(server, {
    asked: [],
    answer: async ({ method }: Asked) => {
      if (method === 'POST') {
        await hold;
        return answer;
      }
      if (newest > 0) return { body: { items: [version(newest)], next_cursor: null } };
      return { status: 404, body: { code: 'NOT_FOUND', title: 'Not found', detail: 'there is none', status: 404 } };
    },
  });
  store().load({ text: TEXT, saved: SAVED });
  store().setText(`${TEXT}# more\n`);
  store().compiled(store().text, { problems: [] });
});

test('what is saved is the next version, as it was written', async () => {
  const { result, onSaved } = saving();
  act(() => result.current.save());
  await waitFor(() => expect(onSaved).toHaveBeenCalled());
  expect(posted()).toEqual([`${TEXT}# more\n`]);
  expect([store().dirty, store().saved?.version]).toEqual([false, 3]);
});

test('what somebody saved meanwhile is told before it is written over', async () => {
  newest = 5;
  const { result, onSaved } = saving();
  act(() => result.current.save());
  await waitFor(() => expect(result.current.conflict).toMatchObject({ version: 5, created_by: 'user:ann' }));
  expect([posted(), store().dirty]).toEqual([[], true]);
  act(() => result.current.save(true));
  await waitFor(() => expect(onSaved).toHaveBeenCalled());
  expect([posted().length, result.current.conflict]).toEqual([1, undefined]);
});

test('what the server’s compiler finds stands on nodes', async () => {
  const error = { code: 'BAD_SCHEMA', pointer: '/nodes/0/output', line: 3, column: 5, message: 'no schema' };
  answer = {
    status: 422,
    body: { code: 'SPEC_INVALID', title: 'Invalid', detail: 'one problem', status: 422, errors: [error] },
  };
  const { result } = saving();
  act(() => result.current.save());
  await waitFor(() =>
    expect(store().problems).toMatchObject([{ node: 'one', field: '/output', message: 'no schema' }]),
  );
  await waitFor(() => expect(result.current.saving).toBe(false));
  expect([result.current.error, store().dirty]).toEqual([undefined, true]);
});

test('any other refusal is shown as it is, and nothing is lost', async () => {
  answer = { status: 403, body: { code: 'FORBIDDEN', title: 'Not allowed', detail: 'you may not', status: 403 } };
  const { result } = saving();
  act(() => result.current.save());
  await waitFor(() => expect(result.current.error).toMatchObject({ code: 'FORBIDDEN' }));
  expect(store().dirty).toBe(true);
});

test('known problems are not sent', () => {
  store().compiled(store().text, {
    problems: [{ code: 'MISSING_FIELD', pointer: '/nodes/0', line: 1, column: 1, message: 'x is missing' }],
  });
  const { result } = saving();
  act(() => result.current.save());
  expect([posted(), result.current.saving, store().said?.text]).toEqual([[], false, 'Not saved: 1 problem']);
});

test('a name that another workflow has is told before that gets the text', async () => {
  store().load({ text: '', saved: null });
  store().setText(TEXT);
  store().compiled(TEXT, { problems: [] });
  const { result, onSaved } = saving();
  act(() => result.current.save());
  await waitFor(() => expect(result.current.conflict).toMatchObject({ name: 'flow', version: 2 }));
  expect(posted()).toEqual([]);
  newest = 0; // a free one
  act(() => result.current.save());
  await waitFor(() => expect(onSaved).toHaveBeenCalled());
  expect([posted(), result.current.conflict]).toEqual([[TEXT], undefined]);
});

test('what was saved after its page had been left says nothing of the next page', async () => {
  let release!: () => void;
  hold = new Promise((resolve) => (release = resolve));
  const text = store().text;
  keepDraft('org_1', 'flow', draftOf(store(), new Date()));
  const { result, onSaved } = saving();
  act(() => result.current.save());
  await waitFor(() => expect(posted()).toEqual([text]));
  store().load({
    text: 'name: other\n',
    saved: { ...SAVED, id: 'wf_9', name: 'other', version: 1, text: 'name: other\n' },
  });
  await act(async () => release());
  await waitFor(() => expect(result.current.saving).toBe(false));
  expect([store().saved?.name, store().saved?.version, store().dirty]).toEqual(['other', 1, false]);
  expect(onSaved).not.toHaveBeenCalled();
  expect(draftFor('org_1', 'flow')).toBeUndefined(); // it is saved
});
