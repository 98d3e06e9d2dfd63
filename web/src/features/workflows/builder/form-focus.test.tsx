import { server } from '../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { TextDecoder, TextEncoder } from 'node:util';
import { TooltipProvider } from '../../../ui/index.js';
import type { Panel } from './side-panel.js';

class Unseen {
  observe() {}
  unobserve() {}
  disconnect() {}
}
class Silent {
  postMessage() {}
  addEventListener() {}
  terminate() {}
}
Object.assign(globalThis, { TextDecoder, TextEncoder, ResizeObserver: Unseen, Worker: Silent }); // jsdom has none
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
Element.prototype.scrollIntoView = () => undefined;
const { useBuilder } = await import('./model/index.js');
const { Workspace } = await import('./workspace.js');

const TEXT = `name: flow
nodes: [{ key: a, type: transform, config: { value: 1 } }]
`;
function Page() {
  const [panel, setPanel] = useState<Panel>();
  return <Workspace mode="canvas" onMode={() => undefined} panel={panel} onPanel={setPanel} />;
}
async function workspace() {
  server.answer = () => ({ body: { items: [], next_cursor: null } });
  useBuilder.getState().load({ text: TEXT, saved: null });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () =>
    render(
      <QueryClientProvider client={client}>
        <TooltipProvider>
          <Page />
        </TooltipProvider>
      </QueryClientProvider>,
    ),
  );
  return userEvent.setup();
}
/** The form has the focus, on its key, which is written over. */
const onKey = (key: string) =>
  waitFor(() => {
    const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Key' });
    expect([document.activeElement, box.value, box.selectionEnd! - box.selectionStart!]).toEqual([
      box,
      key,
      key.length,
    ]);
  });
const canvas = () => screen.getByRole('application', { name: /^Canvas/ });

test('a node that is added has the focus in its form, whether that stood there already or not', async () => {
  const user = await workspace();
  await user.click(screen.getByRole('button', { name: 'Add transform' }));
  await onKey('transform');
  await user.click(screen.getByRole('button', { name: 'Add wait' }));
  await onKey('wait');
  fireEvent.keyDown(canvas(), { key: 'a' });
  await user.keyboard('map{Enter}');
  await onKey('each'); // as a map is called at first
});

test('Enter on the canvas leads into the form that stands there already', async () => {
  await workspace();
  act(() => useBuilder.getState().select({ nodes: ['a'] }));
  for (let times = 0; times < 2; times++) {
    fireEvent.keyDown(canvas(), { key: 'Enter' });
    await onKey('a');
    act(() => canvas().focus());
  }
});
