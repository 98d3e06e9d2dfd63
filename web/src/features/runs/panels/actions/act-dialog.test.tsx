import { type Asked, server } from '../../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { RunView } from '../../../../../../core/events/view.js';
import { viewOf } from '../../live/state.js';
import { liveRun } from '../../live/store.js';
import ActDialog, { type Asked as Wanted } from './act-dialog.js';

const RUN: RunView = {
  ...{ id: 'run_1', org_id: 'org', workflow_id: 'wf', workflow: 'w', version: 1, starter: 'key:k', metadata: {} },
  ...{ created_at: '2026-03-10T12:00:00Z', status: 'running', input: null, output: null, error: null },
  ...{ started_at: '2026-03-10T12:00:00Z', finished_at: null, nodes: [], cursor: '' },
};
/** What was asked to be done, without the looks ahead. */
const done = (): Asked[] =>
  server.asked.filter(({ method, body }) => method === 'POST' && (body as { preview?: boolean }).preview !== true);

let closed = 0;
async function open(asked: Wanted) {
  liveRun('run_1').store.setState({ state: 'ready', view: viewOf(RUN, undefined), spec: 'name: w' });
  const root = createRootRoute({
    component: () => <ActDialog runId="run_1" asked={asked} onClose={() => closed++} />,
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: ['/'] }) });
  window.scrollTo = () => undefined;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('dialog');
}
// jsdom measures nothing; the editor of the data asks where its text is.
Range.prototype.getClientRects = () => [] as never;
beforeEach(() => {
  closed = 0;
  Object.assign(server, { answer: () => ({ body: {} }), asked: [] });
});

test.each([
  ['Enter', {}],
  ['Ctrl and Enter', { ctrlKey: true }],
])('%s pressed several times does it once', async (_, keys) => {
  await open({ act: 'cancel' });
  const reason = screen.getByLabelText('Reason');
  await userEvent.type(reason, 'wrong order');
  act(() => {
    for (let times = 0; times < 3; times++) fireEvent.keyDown(reason, { key: 'Enter', ...keys });
  });
  await waitFor(() => expect(closed).toBe(1));
  fireEvent.keyDown(reason, { key: 'Enter', ...keys });
  expect(done().map(({ path, body }) => [path, body])).toEqual([
    ['/workflow_runs/run_1/cancel', { reason: 'wrong order', preview: false }],
  ]);
});

test('after a refusal it can be done again: unchanged under the same key, changed under another', async () => {
  server.answer = () => ({
    status: 422,
    body: { code: 'REQUEST_INVALID', title: 'No', detail: 'not so', status: 422 },
  });
  await open({ act: 'event' });
  const name = screen.getByLabelText('Name');
  const send = async (times: number) => {
    fireEvent.click(screen.getByRole('button', { name: 'Send an event' }));
    await waitFor(() => expect(done()).toHaveLength(times));
    await screen.findByText('not so');
  };
  await userEvent.type(name, 'paid');
  await send(1);
  await send(2);
  await userEvent.type(name, '2');
  await send(3);
  const [first, second, third] = done().map(({ headers }) => headers['idempotency-key']);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

const escape = () => userEvent.keyboard('{Escape}');

test('what was written is thrown away only when the reader says so', async () => {
  await open({ act: 'amend' });
  await userEvent.click(screen.getByRole('radio', { name: /A patch/ }));
  const patch = () => screen.getByRole('textbox', { name: 'Patch' });
  await userEvent.click(patch());
  await userEvent.paste('nodes: {}');
  await waitFor(() => expect(patch().textContent).toContain('nodes: {}'));
  await userEvent.click(screen.getByLabelText('Reason'));
  await escape();
  await screen.findByRole('dialog', { name: 'Throw away what you wrote?' });
  await escape();
  await waitFor(() => expect(screen.queryByRole('dialog', { name: /Throw away/ })).toBeNull());
  expect(patch().textContent).toContain('nodes: {}');
  expect(closed).toBe(0);
  await userEvent.click(screen.getByRole('button', { name: 'Leave it' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Throw it away' }));
  expect(closed).toBe(1);
});

test('where nothing was written nothing is asked', async () => {
  await open({ act: 'amend' });
  await escape();
  expect(closed).toBe(1);
});
