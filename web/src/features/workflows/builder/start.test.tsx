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
import { TextDecoder, TextEncoder } from 'node:util';
import { type Me, meQuery } from '../../session/session.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { NewWorkflow } = await import('./builder.js');

/** The screen of a new workflow, for somebody who may do that. */
async function begin(...actions: string[]) {
  server.answer = () => ({ body: { items: [], next_cursor: null } });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { org: { id: 'org', name: 'Org' }, actions } as unknown as Me);
  const root = createRootRoute({ component: Outlet });
  const begun = createRoute({ getParentRoute: () => root, path: '/workflows/new', component: NewWorkflow });
  const router = createRouter({
    routeTree: root.addChildren([begun]),
    history: createMemoryHistory({ initialEntries: ['/workflows/new'] }),
  });
  window.scrollTo = () => undefined;
  await act(async () =>
    render(
      <QueryClientProvider client={client}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>,
    ),
  );
}

test('who may not write workflows is told so, offered none to begin with, and led back', async () => {
  await begin('read');
  expect(screen.getByRole('heading', { name: 'You may not write workflows' })).toBeTruthy();
  expect(screen.queryAllByRole('button')).toEqual([]);
  expect(screen.getByRole('link', { name: 'To the workflows' }).getAttribute('href')).toBe('/workflows');
});

test('who may is asked what it begins with', async () => {
  await begin('read', 'workflows:write');
  expect(screen.getByRole('heading', { name: 'What does it begin with?' })).toBeTruthy();
  expect(screen.getByRole('button', { name: /^Nothing/ })).toBeTruthy();
});
