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
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TextDecoder, TextEncoder } from 'node:util';
import { type Me, meQuery } from '../../session/session.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { Workflows } = await import('./workflows.js');

const FLOWS = ['orders', 'payout'].map((name) => ({
  ...{ id: name, name, version: 1, description: null, hash: '', created_by: 'user:ann' },
  created_at: '2026-03-10T12:00:00Z',
}));
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
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { actions: ['read', 'workflows:write'] } as unknown as Me);
  const root = createRootRoute({ component: Outlet });
  const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: Outlet });
  const list = createRoute({ getParentRoute: () => signedIn, path: '/workflows', component: Workflows });
  const router = createRouter({
    routeTree: root.addChildren([signedIn.addChildren([list])]),
    history: createMemoryHistory({ initialEntries: ['/workflows?q=zebra'] }),
  });
  window.scrollTo = () => undefined;
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByText(/No workflow has “zebra”/);
  hold = new Promise((resolve) => (release = resolve));
  const search = screen.getByRole('searchbox', { name: 'Search workflows' });
  await userEvent.clear(search);
  expect(screen.queryByText('No workflows yet')).toBeNull();
  expect(document.activeElement).toBe(search);
  await act(async () => release());
  await screen.findByText('orders');
  expect(document.activeElement).toBe(search);
});
