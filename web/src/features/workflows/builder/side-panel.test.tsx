import { server } from '../../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TextDecoder, TextEncoder } from 'node:util';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
const { focusNode } = await import('./canvas/focus.js');
const { useBuilder } = await import('./model/index.js');
const { SidePanel } = await import('./side-panel.js');

const TEXT = `name: flow
nodes:
  - { key: a, type: wait, config: { duration: 1m } }
  - { key: b, type: wait, config: { duration: 1m } }
  - { key: c, type: wait, config: { duration: 1m } }
edges:
  - { from: a, to: b }
  - { from: b, to: c }
`;
const store = () => useBuilder.getState();
const edges = (): string[] => store().view.edges.map(({ from, to }) => `${from} → ${to}`);

/** The form of what is selected, beside what stands for the canvas. */
function panel() {
  server.answer = () => ({ body: { items: [], next_cursor: null } });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const onRemoved = (): void => focusNode(document.body);
  render(
    <QueryClientProvider client={client}>
      <section role="application" aria-label="Canvas" tabIndex={-1} />
      <SidePanel panel="form" asked={1} onClose={() => undefined} onRemoved={onRemoved} />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}
const onCanvas = () => waitFor(() => expect(document.activeElement?.role).toBe('application'));

beforeEach(() => store().load({ text: TEXT, saved: null }));

test('an edge is removed once, however often the key is pressed: the canvas has the focus then, and the node before it is selected', async () => {
  store().select({ nodes: ['b'], edges: [0] });
  const user = panel();
  screen.getByRole('button', { name: 'Remove this edge' }).focus();
  await user.keyboard('{Enter}{Enter}');
  expect(edges()).toEqual(['b → c']);
  expect(store().selection).toEqual({ nodes: ['a'], edges: [] });
  await onCanvas();
});

test('a node is removed with its edges, and what stood before it is selected', async () => {
  store().select({ nodes: ['b'] });
  const user = panel();
  await user.click(screen.getByRole('button', { name: 'Remove this node' }));
  expect([edges(), store().selection.nodes]).toEqual([[], ['a']]);
  await onCanvas();
});

test('while the text has mistakes the form says so, and takes nothing', () => {
  store().load({
    text: TEXT.replace('type: wait, config: { duration: 1m }', 'type: transform, config: { value: one }'),
    saved: null,
  });
  store().select({ nodes: ['a'] });
  panel();
  const value = screen.getByRole('textbox', { name: 'Value' });
  const fixed = () => [
    screen.getByRole<HTMLInputElement>('textbox', { name: 'Key' }).matches(':disabled'),
    screen.getByRole('button', { name: 'Remove this node' }).matches(':disabled'),
    value.getAttribute('contenteditable') === 'false',
    screen.queryByText(/^Mend the text first/) !== null,
  ];
  expect(fixed()).toEqual([false, false, false, false]);
  act(() => store().setText(`${store().text}x: y: z\n`));
  expect(fixed()).toEqual([true, true, true, true]);
});
