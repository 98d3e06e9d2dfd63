import { server } from '../../../lib/testing/server.js';
import { TextDecoder, TextEncoder } from 'node:util';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { Mode } from './workspace.js';
import { TooltipProvider } from '../../../ui/index.js';
import type { Panel } from './side-panel.js';
import { type Me, meQuery } from '../../session/session.js';

/** What jsdom has not: sizes that are watched, and threads for the layout and the compiler. */
class Nothing {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  postMessage(): void {}
  terminate(): void {}
  addEventListener(): void {}
}
Object.assign(globalThis, { TextDecoder, TextEncoder, ResizeObserver: Nothing, Worker: Nothing });
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
window.scrollTo = () => undefined;
window.matchMedia ??= () => ({ matches: false, addEventListener() {}, removeEventListener() {} }) as never;
const { useBuilder } = await import('./model/index.js');
const { Workspace } = await import('./workspace.js');

const TEXT = `name: flow
input: { type: object, required: [topic], properties: { topic: { type: string } } }
nodes:
  - { key: one, type: wait, config: { duration: 1m } }
`;

function Page() {
  const [open, setOpen] = useState(true);
  const [mode, setMode] = useState<Mode>('text');
  const [panel, setPanel] = useState<Panel | undefined>('run');
  return (
    <>
      <button onClick={() => setOpen(!open)}>to workspace</button>
      <button onClick={() => setMode(mode === 'text' ? 'canvas' : 'text')}>to mode</button>
      <button onClick={() => setPanel('run')}>to run</button>
      <button onClick={() => setPanel('try')}>to try</button>
      {open && <Workspace mode={mode} onMode={setMode} panel={panel} onPanel={setPanel} />}
    </>
  );
}

test('what is typed for a run stays while the workspace is open, and no longer', async () => {
  server.answer = ({ path, method }) => {
    if (method === 'POST') return { body: { nodes: [], cost: null } };
    return { body: path === '/workflows/flow' ? { spec: TEXT, version: 2 } : { items: [], next_cursor: null } };
  };
  useBuilder.getState().load({ text: TEXT, saved: { id: 'wf_2', name: 'flow', version: 2, hash: 'h', text: TEXT } });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(meQuery.queryKey, { subject: 'user:ann', org: { id: 'org_1' }, actions: [] } as unknown as Me);
  const router = createRouter({
    routeTree: createRootRoute({ component: Page }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  render(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  const topic = () => screen.findByLabelText<HTMLInputElement>(/^topic/);
  const press = (name: string) => userEvent.click(screen.getByText(name));
  await userEvent.type(await topic(), 'tea');
  await press('to mode');
  expect((await topic()).value).toBe('tea');
  await userEvent.type(await topic(), '{Escape}');
  expect(screen.queryByLabelText(/^topic/)).toBeNull();
  await press('to run');
  expect((await topic()).value).toBe('tea');
  await press('to try');
  await press('to run');
  expect((await topic()).value).toBe('tea');
  await press('to workspace');
  await press('to workspace');
  expect((await topic()).value).toBe('');
});
