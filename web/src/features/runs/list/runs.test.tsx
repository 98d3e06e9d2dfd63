import { type Asked, server } from '../../../lib/testing/server.js';
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
import { type Me, meQuery } from '../../session/session.js';
import type { RunsSearch } from './filters.js';
import type { RunSummary } from './rows.js';
import { Runs } from './runs.js';

/** What the server has, newest first. */
let runs: RunSummary[];
/** What is found by its id alone. */
let fate: RunSummary | undefined;

const run = (n: number, status = 'running'): RunSummary => ({
  ...{
    id: `run_${n}`,
    org_id: 'o',
    workflow_id: 'wf_1',
    workflow: 'pay',
    version: 1,
    starter: 'user:ann',
    metadata: {},
  },
  ...{ created_at: `2026-03-10T12:00:${String(n).padStart(2, '0')}.000Z`, started_at: null, finished_at: null },
  status: status as RunSummary['status'],
});

function answer({ path, query }: Asked): { body: unknown } {
  if (path === '/workflow_runs') {
    if (fate && query.get('q') === fate.id) return { body: { items: [fate], next_cursor: null } };
    const wanted = query.get('status')?.split(',');
    return { body: { items: runs.filter(({ status }) => !wanted || wanted.includes(status)), next_cursor: null } };
  }
  if (path === '/workflow_runs/counts') return { body: { counts: { running: 2, held: 1 }, more: [] } };
  return { body: path === '/workflows' ? { items: [], next_cursor: null } : { why: 'It runs.' } };
}

beforeEach(() => {
  runs = [run(3), run(2, 'held'), run(1)];
  fate = undefined;
  Object.assign(server, { answer, asked: [] });
  // jsdom lays nothing out: rows are drawn where there is height.
  for (const [name, size] of [
    ['clientHeight', 800],
    ['clientWidth', 1200],
  ] as const)
    Object.defineProperty(Element.prototype, name, { configurable: true, value: size });
  window.scrollTo = () => undefined;
  window.matchMedia = ((media: string) => ({
    media,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  })) as never;
});

async function open(at = '/runs', actions = ['read', 'runs:cancel']) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const me: Me = {
    ...{ subject: 'user:ann', name: 'ann', org: { id: 'o', name: 'o' }, orgs: [], roles: [], groups: [], actions },
    session: null,
  };
  client.setQueryData(meQuery.queryKey, me);
  const root = createRootRoute({ component: Outlet });
  const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: Outlet });
  const list = createRoute({
    getParentRoute: () => signedIn,
    path: '/runs',
    component: Runs,
    validateSearch: (search: Record<string, unknown>) => search as RunsSearch,
  });
  const one = createRoute({ getParentRoute: () => signedIn, path: '/runs/$runId', component: () => <p>the run</p> });
  const router = createRouter({
    routeTree: root.addChildren([signedIn.addChildren([list, one])]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { name: 'Runs' });
  return { client, router };
}
const rows = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent ?? '');

test('what the address filters by is asked, and a status is switched by its chip', async () => {
  const { router } = await open('/runs?status=["held"]&q=ann');
  await waitFor(() => expect(rows()).toHaveLength(1));
  const queryOf = (path: string) => Object.fromEntries(server.asked.find((call) => call.path === path)!.query);
  expect(queryOf('/workflow_runs')).toMatchObject({ status: 'held', q: 'ann' });
  expect(queryOf('/workflow_runs/counts')).toEqual({ q: 'ann' });
  await userEvent.click(screen.getByRole('link', { name: 'Held, 1, chosen' }));
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'ann' }));
  await waitFor(() => expect(rows()).toHaveLength(3));
});

test('a new run is told of and moves nothing; it is put in when that is asked for', async () => {
  const { client } = await open();
  await waitFor(() => expect(rows()).toHaveLength(3));
  runs = [run(4), run(3, 'completed'), ...runs.slice(1)];
  await act(() => client.refetchQueries({ queryKey: ['runs', 'poll'] }));
  const button = await screen.findByRole('button', { name: '1 new run' });
  expect(rows()).toHaveLength(3);
  expect(rows()[0]).toContain('Completed');
  await userEvent.click(button);
  await waitFor(() => expect(rows()).toHaveLength(4));
});

test('a run that is not of the list any more stays where it is, and says so', async () => {
  const { client } = await open();
  await waitFor(() => expect(rows()).toHaveLength(3));
  runs = [run(3), run(1)];
  fate = run(2, 'completed');
  await act(() => client.refetchQueries({ queryKey: ['runs', 'poll'] }));
  await waitFor(() => expect(rows()[1]).toContain('Completed'));
  expect(rows()[1]).toContain('has left this list');
});

test('keys move, tick and open', async () => {
  const { router } = await open();
  await waitFor(() => expect(rows()).toHaveLength(3));
  await userEvent.keyboard('jjx');
  expect(screen.getByText('1 run selected')).toBeTruthy();
  expect(screen.getAllByRole('row')[2]!.getAttribute('aria-selected')).toBe('true');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(router.state.location.pathname).toBe('/runs/run_2'));
});

test('many are acted on with a reason, one by one, and only what one may is offered', async () => {
  await open();
  await waitFor(() => expect(rows()).toHaveLength(3));
  await userEvent.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
  expect(screen.queryByRole('button', { name: 'Terminate' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  const go = screen.getByRole<HTMLButtonElement>('button', { name: 'Cancel 3 runs' });
  expect(go.disabled).toBe(true);
  await userEvent.type(screen.getByRole('textbox', { name: 'Reason' }), 'not needed');
  await userEvent.click(go);
  await screen.findByText(/3 runs asked to stop/);
  const acts = server.asked.filter(({ method }) => method === 'POST');
  expect(acts.map(({ path }) => path).toSorted()).toEqual([1, 2, 3].map((n) => `/workflow_runs/run_${n}/cancel`));
  expect(acts[0]!.body).toEqual({ reason: 'not needed' });
});

test('who may do nothing to runs has nothing to tick', async () => {
  await open('/runs', ['read']);
  await waitFor(() => expect(rows()).toHaveLength(3));
  expect(screen.queryByRole('checkbox')).toBeNull();
});

test('nothing that matches is told apart from no run at all', async () => {
  runs = [];
  await open('/runs?q=zzz');
  await screen.findByText('No run matches');
});
