import { server } from '../../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TextDecoder, TextEncoder } from 'node:util';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { useBuilder } = await import('../model/index.js');
const { PreviewRunPicker, usePreviewRun } = await import('./preview-run.js');

const view = (id: string) => ({ id, version: 1, status: 'completed', created_at: '2026-03-10T12:00:00Z' });
const Used = () => <output>{usePreviewRun()?.id ?? 'none'}</output>;
const open = (name: string) =>
  act(() =>
    useBuilder.getState().load({
      text: `name: ${name}\n`,
      saved: { ...{ id: name, name, version: 1, hash: '' }, text: `name: ${name}\n` },
    }),
  );

test('the run whose data is shown is of the workflow that is worked on', async () => {
  server.answer = ({ path, query }) =>
    path === '/workflow_runs'
      ? { body: { items: [view(`run-of-${query.get('workflow')}`)], next_cursor: null } }
      : { body: view(path.split('/').at(-1)!) };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  open('orders');
  render(
    <QueryClientProvider client={client}>
      <PreviewRunPicker />
      <Used />
    </QueryClientProvider>,
  );
  await userEvent.selectOptions(await screen.findByRole('combobox'), 'run-of-orders');
  await screen.findByText('run-of-orders');
  open('payout');
  await screen.findByRole('option', { name: /f-payout/ });
  expect([screen.getByRole('status').textContent, screen.getByRole<HTMLSelectElement>('combobox').value]).toEqual([
    'none',
    '',
  ]);
  open('orders');
  await screen.findByText('run-of-orders');
  expect(screen.getByRole<HTMLSelectElement>('combobox').value).toBe('run-of-orders');
});
