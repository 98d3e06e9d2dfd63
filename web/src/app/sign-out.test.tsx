import { server } from '../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { casesKey } from '../lib/kept-drafts.js';
import { useSignOut } from './sign-out.js';

configure({ asyncUtilTimeout: 20_000 });

function Page() {
  const { leave, dialog } = useSignOut();
  return (
    <>
      <button onClick={leave}>leave</button>
      {dialog}
    </>
  );
}

test('test cases are named before signing out removes them', async () => {
  Object.assign(server, { asked: [], answer: () => ({ status: 204 }) });
  localStorage.setItem(casesKey('org_1', 'pay.invoice'), 'cases:');
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByText('leave'));
  expect(screen.getByRole('dialog').textContent).toContain('Not saved: test cases of pay.invoice.');
  expect(server.asked).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  await waitFor(() => expect(localStorage.length).toBe(0));
  expect(server.asked).toMatchObject([{ method: 'DELETE', path: '/session' }]);
});
