import { server } from '../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TextDecoder, TextEncoder } from 'node:util';
import { type Me, meQuery } from '../../session/session.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { Workflows } = await import('./workflows.js');

const FLOWS = ['orders', 'payout'].map((name) => ({
  ...{ id: name, name, version: 1, description: null, hash: '', created_by: 'user:ann' },
  created_at: '2026-03-10T12:00:00Z',
}));

/** The screen at an address, and the router behind it. */
function screenAt(address: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { actions: ['read', 'workflows:write'] } as unknown as Me);
  const root = createRootRoute({ component: Outlet });
  const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: Outlet });
  const list = createRoute({ getParentRoute: () => signedIn, path: '/workflows', component: Workflows });
  const router = createRouter({
    routeTree: root.addChildren([signedIn.addChildren([list])]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  window.scrollTo = () => undefined;
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return router;
}
const box = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search workflows' });
/** Lets the answers out that wait. */
let release: () => void;

test('what is searched for is asked of the server; while that takes, nothing is said to be missing', async () => {
  let hold: Promise<void> | undefined;
  server.answer = async ({ path, query }) => {
    if (path !== '/workflows') return { body: { items: [] } };
    const q = query.get('q') ?? '';
    await hold;
    return { body: { items: FLOWS.filter(({ name }) => name.includes(q)), next_cursor: null } };
  };
  screenAt('/workflows?q=zebra');
  await screen.findByText(/No workflow has “zebra”/);
  hold = new Promise((resolve) => (release = resolve));
  await userEvent.clear(box());
  expect(screen.queryByText('No workflows yet')).toBeNull();
  expect(document.activeElement).toBe(box());
  await act(async () => release());
  await screen.findByText('orders');
  expect(document.activeElement).toBe(box());
});

test('the box says what is searched for, whoever changed it, and keeps what is being typed', async () => {
  server.answer = ({ path, query }) => ({
    body: {
      items: path === '/workflows' ? FLOWS.filter(({ name }) => name.includes(query.get('q') ?? '')) : [],
      next_cursor: null,
    },
  });
  const router = screenAt('/workflows');
  const user = userEvent.setup({ delay: null });
  await screen.findByText('orders');
  await user.type(box(), 'payout');
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'payout' }));
  await waitFor(() => expect(screen.queryByText('orders')).toBeNull());
  expect([box().value, document.activeElement]).toEqual(['payout', box()]);
  await act(() => router.navigate({ to: '/workflows', search: {} } as never));
  await screen.findByText('orders');
  await waitFor(() => expect(box().value).toBe(''));
  await act(async () => router.history.back());
  await waitFor(() => expect(box().value).toBe('payout'));
  await user.clear(box());
  await user.type(box(), 'ord');
  await screen.findByText('orders');
  expect(box().value).toBe('ord');
});
