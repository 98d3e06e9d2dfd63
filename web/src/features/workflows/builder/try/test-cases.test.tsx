import { server } from '../../../../lib/testing/server.js';
import { TextDecoder, TextEncoder } from 'node:util';
import { EditorView } from '@codemirror/view';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { type Me, meQuery } from '../../../session/session.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
/** A document without a screen has no places on it. */
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
const { useBuilder } = await import('../model/index.js');
const { forgetKept } = await import('../use-kept.js');
const { TestCases } = await import('./test-cases.js');

const TEXT = 'name: flow\nnodes:\n  - { key: one, type: wait, config: { duration: 1m } }\n';

/** The cases in a page that has just been loaded, by somebody of that org. */
async function loaded(org = 'org_1') {
  forgetKept();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { org: { id: org } } as Me);
  const { unmount } = render(
    <QueryClientProvider client={client}>
      <TestCases />
    </QueryClientProvider>,
  );
  const view = EditorView.findFromDOM(await screen.findByRole('textbox', { name: 'Test cases' }))!;
  const type = (insert: string) =>
    act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }));
  return { text: () => view.state.doc.toString(), type, unmount };
}

beforeEach(() => {
  localStorage.clear();
  server.answer = () => ({ body: { items: [], next_cursor: null } });
  useBuilder.getState().load({ text: TEXT, saved: null });
});

test('cases that were typed are there when the page is loaded anew, in their org', async () => {
  const first = await loaded();
  expect(first.text()).toContain('it works');
  first.type('cases: # mine');
  first.unmount();
  const other = await loaded('org_2');
  expect(other.text()).toContain('it works');
  other.unmount();
  const again = await loaded();
  expect(again.text()).toBe('cases: # mine');
  again.type('');
  again.unmount();
  expect((await loaded()).text()).toContain('it works'); // no text begins anew
});

test('a browser that keeps nothing says so, and nothing is lost while the builder is open', async () => {
  const set = Object.getOwnPropertyDescriptor(Storage.prototype, 'setItem')!;
  Object.defineProperty(Storage.prototype, 'setItem', {
    ...set,
    value: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  try {
    const { text, type } = await loaded();
    expect(screen.queryByText(/could not keep/)).toBeNull();
    type('cases: # mine');
    expect(screen.getByText(/This browser could not keep the cases/)).toBeTruthy();
    expect(text()).toBe('cases: # mine');
  } finally {
    Object.defineProperty(Storage.prototype, 'setItem', set);
  }
});
