import { type Asked, server } from '../../lib/testing/server.js';
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
import { type Me, meQuery } from '../session/session.js';
import { Inbox } from './inbox.js';

/** The gates that the server of these tests has, and the evidence of each. */
let gates: Record<string, { evidence: string; amount: number }>;

const gate = (node: string) => ({
  ...{ run_id: 'run_1', node_key: node, workflow: 'payout', status: 'open', title: `Pay ${node}?`, role: 'approver' },
  ...{ show: { amount: gates[node]!.amount }, evidence: gates[node]!.evidence, round: 0, due_at: null, form: null },
  ...{ opened_at: '2026-03-10T12:00:00Z', votes: null, waits_for: null, decision: null, closed_at: null, claim: null },
});
const detail = (node: string) => ({
  ...gate(node),
  ...{
    quorum: [{ role: 'approver', count: 1 }],
    missing: [],
    exclude: [],
    addressees: [],
    deadline: null,
    comments: [],
  },
  you: { assigned: true, on_behalf_of: [] },
  run: { id: 'run_1', workflow: 'payout', version: 1, starter: 'user:starter', href: '/' },
});

function answer({ path, method, body }: Asked): { status?: number; body?: unknown } {
  const [, , , node = '', part] = path.split('/');
  if (path === '/gates') return { body: { items: Object.keys(gates).map(gate), next_cursor: null } };
  if (path === '/gates/counts') return { body: { assigned: Object.keys(gates).length, overdue: 0, claimed: 0 } };
  if (part === 'history') return { body: { items: [] } };
  if (method === 'GET') return { body: detail(node) };
  const of = path.split('/')[4]!;
  if (gates[of]!.evidence !== (body as { evidence: string }).evidence)
    return {
      status: 409,
      body: { code: 'EVIDENCE_CHANGED', title: 'Changed', detail: 'it shows something else', status: 409 },
    };
  delete gates[of];
  return { body: { run_id: 'run_1', node_key: of, decision: 'approve', decided_by: 'user:ann' } };
}

beforeEach(() => {
  sessionStorage.clear();
  gates = { a: { evidence: 'sha256:1', amount: 10 }, b: { evidence: 'sha256:2', amount: 20 } };
  Object.assign(server, { answer, asked: [] });
  window.scrollTo = () => undefined;
  window.matchMedia = ((media: string) => ({
    ...{ media, matches: true, addEventListener: () => undefined, removeEventListener: () => undefined },
  })) as never;
});

async function open() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const me: Me = {
    ...{
      subject: 'user:ann',
      name: 'ann',
      org: { id: 'o', name: 'o' },
      orgs: [],
      roles: [],
      groups: [],
      session: null,
    },
    actions: ['read', 'gates:decide', 'gates:comment'],
  };
  client.setQueryData(meQuery.queryKey, me);
  const root = createRootRoute({ component: Outlet });
  const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: Outlet });
  const inbox = createRoute({ getParentRoute: () => signedIn, path: '/inbox', component: Inbox });
  const router = createRouter({
    routeTree: root.addChildren([signedIn.addChildren([inbox])]),
    history: createMemoryHistory({ initialEntries: ['/inbox'] }),
  });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { name: 'Pay a?' });
  return client;
}
const decisions = () => server.asked.filter(({ path }) => path.endsWith('/decision')).map(({ body }) => body);

test('the most pressing gate is open at first; keys move, decide, and go on to the next', async () => {
  await open();
  await userEvent.keyboard('j');
  await screen.findByRole('heading', { name: 'Pay b?' });
  await userEvent.keyboard('k');
  await screen.findByRole('heading', { name: 'Pay a?' });
  await userEvent.keyboard('a');
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('heading', { name: 'Pay b?' });
  expect(decisions()).toEqual([{ decision: 'approve', evidence: 'sha256:1', take_over: false }]);
  await waitFor(() => expect(screen.queryByText('Pay a?')).toBeNull());
});

test('what a gate shows has changed while it was looked at: that is said, and nothing is decided before it was read', async () => {
  const client = await open();
  gates['a'] = { evidence: 'sha256:9', amount: 99 };
  await act(() => client.refetchQueries({ queryKey: ['gates', 'one'] }));
  await screen.findByText('99');
  await userEvent.keyboard('a');
  expect(screen.queryByRole('dialog')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'I have read it' }));
  await userEvent.keyboard('a');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(decisions()).toMatchObject([{ evidence: 'sha256:9' }]));
});

test('a decision on what is not shown any more is refused, and the new evidence comes with a word', async () => {
  await open();
  await userEvent.keyboard('a');
  gates['a'] = { evidence: 'sha256:9', amount: 99 };
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/has changed since you opened it/);
  await screen.findByText('99');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('what is being said at a gate is there again after a look at another one', async () => {
  await open();
  await userEvent.type(screen.getByLabelText('Comment'), 'is the amount right?');
  await userEvent.tab();
  await userEvent.keyboard('j');
  await screen.findByRole('heading', { name: 'Pay b?' });
  expect(screen.getByLabelText<HTMLTextAreaElement>('Comment').value).toBe('');
  await userEvent.keyboard('k');
  await screen.findByRole('heading', { name: 'Pay a?' });
  expect(screen.getByLabelText<HTMLTextAreaElement>('Comment').value).toBe('is the amount right?');
});
