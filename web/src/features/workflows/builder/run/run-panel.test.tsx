import { type Asked, server } from '../../../../lib/testing/server.js';
import { TextDecoder, TextEncoder } from 'node:util';
import { EditorView } from '@codemirror/view';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
/** A document without a screen has no places on it. */
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
Object.assign(globalThis, { Response: class {} }); // nor this, and the client looks whether an error is one
window.scrollTo = () => undefined;
const { useBuilder } = await import('../model/index.js');
const { forgetKept } = await import('../use-kept.js');
const { RunPanel } = await import('./run-panel.js');

const TEXT = `name: flow
input: { type: object, required: [topic], properties: { topic: { type: string }, more: {} } }
nodes:
  - { key: one, type: wait, config: { duration: 1m } }
`;
/** Bodies of what was sent there. */
const sent = (end: string): unknown[] =>
  server.asked.filter(({ method, path }) => method === 'POST' && path.endsWith(end)).map(({ body }) => body);
const started = (): unknown[] => sent('/run').map((body) => (body as { input: unknown }).input);

beforeEach(() => {
  forgetKept();
  Object.assign(server, {
    asked: [],
    answer: ({ path, method }: Asked) => {
      if (method === 'POST') return { body: path.endsWith('/run') ? { id: 'run_1' } : { nodes: [], cost: null } };
      return { body: path === '/workflows/flow' ? { spec: TEXT, version: 2 } : { items: [], next_cursor: null } };
    },
  });
  useBuilder.getState().load({ text: TEXT, saved: { id: 'wf_2', name: 'flow', version: 2, hash: 'h', text: TEXT } });
});

/** The panel, and the way to close it. */
async function shown() {
  const root = createRootRoute();
  const here = createRoute({ getParentRoute: () => root, path: '/', component: () => <RunPanel /> });
  const run = createRoute({ getParentRoute: () => root, path: '/runs/$runId', component: () => 'the run' });
  const router = createRouter({
    routeTree: root.addChildren([here, run]),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const { unmount } = render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('button', { name: 'Start the run' });
  return unmount;
}
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const start = () => userEvent.click(button('Start the run'));

/** The editor of the input's JSON, as one that is typed in. */
async function json() {
  const box = await screen.findByRole('textbox', { name: 'Input as JSON' });
  const view = EditorView.findFromDOM(box)!;
  const type = (insert: string) =>
    act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }));
  return { box, type };
}

test('broken JSON starts no run with what was readable before: it is told, and has the focus', async () => {
  await shown();
  await userEvent.click(button('As JSON'));
  const { box, type } = await json();
  type('{ "topic": "good one" }');
  type('{ "topic": "good one"');
  await start();
  expect(screen.getByRole('alert').textContent).toMatch(/Not started: the input is no JSON/);
  await waitFor(() => expect(document.activeElement).toBe(box));
  expect(button('As a form').disabled).toBe(true); // it could not keep the text
  type('{ "topic": "better" }');
  expect(screen.queryByRole('alert')).toBeNull();
  await start();
  await screen.findByText('the run');
  expect(started()).toEqual([{ topic: 'better' }]);
});

test('nor does a field of the form whose JSON is broken', async () => {
  await shown();
  await userEvent.type(screen.getByRole('textbox', { name: 'topic' }), 'tea');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind of more' }), 'As JSON');
  const area = screen.getByRole('textbox', { name: 'more as JSON' });
  await userEvent.clear(area);
  await userEvent.type(area, '[[1');
  await start();
  expect(screen.getByRole('alert').textContent).toMatch(/Not started/);
  expect([document.activeElement, started()]).toEqual([area, []]);
});

test('metadata that is none is told, too, wherever it is folded away', async () => {
  await shown();
  await userEvent.type(screen.getByRole('textbox', { name: 'topic' }), 'tea');
  const metadata = screen.getByLabelText('Metadata');
  await userEvent.type(metadata, '[[1]');
  await start();
  expect([document.activeElement, metadata.closest('details')!.open, started()]).toEqual([metadata, true, []]);
});

test('what it would cost is asked of the input as it stands, not of the one before it', async () => {
  await shown();
  await userEvent.type(screen.getByRole('textbox', { name: 'topic' }), 'tea');
  const asked = () => sent('/dry_run').map((body) => (body as { input: unknown }).input);
  await waitFor(() => expect(asked()).toContainEqual({ topic: 'tea' }));
  expect(asked()).not.toContainEqual({});
});

test('all that is typed is there when the panel is opened again, also text that is no JSON', async () => {
  const close = await shown();
  await userEvent.type(screen.getByLabelText('Metadata'), '[[');
  await userEvent.selectOptions(screen.getByLabelText('Priority'), '2');
  await userEvent.click(button('As JSON'));
  (await json()).type('{ "topic"');
  close();
  await shown();
  expect((await json()).box.textContent).toContain('{ "topic"');
  const value = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;
  expect([value('Metadata'), value('Priority')]).toEqual(['[', '2']);
});

test('a start whose answer was lost is tried again under its key, another one is not', async () => {
  const { answer } = server;
  let online = false;
  server.answer = (asked: Asked) => {
    if (online || !asked.path.endsWith('/run')) return answer(asked);
    throw new TypeError('Failed to fetch');
  };
  const keys = () => server.asked.filter(({ path }) => path.endsWith('/run')).map(({ key }) => key);
  const close = await shown();
  await userEvent.type(screen.getByRole('textbox', { name: 'topic' }), 'tea');
  await start();
  await screen.findByText(/nothing was done/);
  close();
  await shown();
  await start();
  await screen.findByText(/nothing was done/);
  await userEvent.type(screen.getByRole('textbox', { name: 'topic' }), 's');
  online = true;
  await start();
  await screen.findByText('the run');
  const [first, second, other] = keys();
  expect([typeof first, second === first, other === first]).toEqual(['string', true, false]);
});
