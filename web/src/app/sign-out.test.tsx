import { type Asked, server } from '../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { casesKey } from '../lib/kept-drafts.js';
import { TooltipProvider } from '../ui/index.js';
import { buildRouter } from './router.js';

const ORGS = [
  { id: 'org_a', name: 'Acme', roles: ['viewer'] },
  { id: 'org_b', name: 'Bolt', roles: ['viewer'] },
];
const meIn = (org: (typeof ORGS)[number]) => ({
  ...{ subject: 'user:ann', name: 'Ann', org, orgs: ORGS, roles: ['viewer'], groups: [], actions: ['read'] },
  session: { expires_at: '2999-01-01T00:00:00Z' },
});

/** Of the org that the session speaks in. */
let org: (typeof ORGS)[number] | undefined;
/** While it is set, the server answers nothing but the session's own. */
let silent: boolean;
const never = new Promise<never>(() => undefined);

function answer({ method, path, body }: Asked) {
  if (path === '/session/ways') return { body: { token: true, oidc: null } };
  if (path === '/session' && method === 'DELETE') {
    org = undefined;
    silent = true;
    return { status: 204 };
  }
  if (path === '/session/org') {
    org = ORGS.find(({ id }) => id === (body as { org_id: string }).org_id)!;
    silent = true;
  }
  if (path === '/me' || path === '/session/org') return org ? { body: meIn(org) } : { status: 401 };
  if (silent) return never;
  if (path === '/gates/counts') return { body: { assigned: org?.id === 'org_a' ? 7 : 1, overdue: 0, claimed: 0 } };
  return { body: { items: [], next_cursor: null } };
}

beforeEach(() => {
  Object.assign(server, { answer, asked: [] });
  [org, silent] = [ORGS[0], false];
  window.scrollTo = () => undefined;
});

async function open() {
  window.history.replaceState(null, '', '/nowhere');
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <RouterProvider router={buildRouter(client)} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await screen.findByLabelText('7 waiting for you');
}

test('who signs out sees the sign-in page at once: no answer of the server is waited for, and nothing stays on the screen', async () => {
  await open();
  await userEvent.click(screen.getByTitle('user:ann'));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  await screen.findByLabelText('API key');
  expect(screen.queryByRole('navigation', { name: 'Main' })).toBeNull();
  expect(window.location.pathname + window.location.search).toBe('/sign-in');
});

test('in another org nothing of the one before is shown, not even until the server answers', async () => {
  await open();
  await userEvent.click(screen.getByRole('button', { name: 'Organisation: Acme' }));
  await userEvent.click(await screen.findByRole('menuitemcheckbox', { name: /Bolt/ }));
  await screen.findByRole('button', { name: 'Organisation: Bolt' });
  expect(screen.queryByLabelText('7 waiting for you')).toBeNull();
  await waitFor(() => expect(window.location.pathname).toBe('/runs'));
});

test('test cases are named before signing out removes them', async () => {
  localStorage.setItem(casesKey('org_1', 'pay.invoice'), 'cases:');
  await open();
  await userEvent.click(screen.getByTitle('user:ann'));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  expect((await screen.findByRole('dialog')).textContent).toContain('Not saved: test cases of pay.invoice.');
  expect(server.asked.some(({ method }) => method === 'DELETE')).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  await screen.findByLabelText('API key');
  await waitFor(() => expect(localStorage.getItem(casesKey('org_1', 'pay.invoice'))).toBeNull());
});
