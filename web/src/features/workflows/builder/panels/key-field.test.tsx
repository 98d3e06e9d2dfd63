import { TextDecoder, TextEncoder } from 'node:util';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { useBuilder } = await import('../model/index.js');
const { KeyField } = await import('./key-field.js');

const TEXT = `name: flow
nodes:
  - { key: wait, type: wait, config: { duration: 1m } }
  - { key: b, type: transform, config: { value: '\${ nodes.wait.output }' } }
edges: [{ from: wait, to: b }]
`;
const store = () => useBuilder.getState();
const keys = (): string[] => store().view.nodes.map(({ key }) => key);
/** What was in the text at each Ctrl S. */
let saved: string[][];
const onKey = ({ ctrlKey, key }: KeyboardEvent) => void (ctrlKey && key === 's' && saved.push(keys()));

function Shown() {
  const node = useBuilder(({ view }) => view.nodes[0]!);
  return <KeyField node={node} errors={[]} />;
}
/** The first node's key is written over, and not yet said. */
async function typed(key: string) {
  store().load({ text: TEXT, saved: null });
  render(
    <>
      <Shown />
      <input aria-label="next" />
    </>,
  );
  const user = userEvent.setup();
  await user.tripleClick(screen.getByRole('textbox', { name: 'Key' }));
  await user.keyboard(key);
  return user;
}
const box = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Key' });

beforeEach(() => {
  saved = [];
  document.addEventListener('keydown', onKey);
});
afterEach(() => document.removeEventListener('keydown', onKey));

test.each<[string, (user: Awaited<ReturnType<typeof typed>>) => Promise<unknown>]>([
  ['a click elsewhere', (user) => user.click(screen.getByRole('textbox', { name: 'next' }))],
  ['Tab', (user) => user.tab()],
  ['Enter', (user) => user.keyboard('{Enter}')],
  ['Rename', (user) => user.click(screen.getByRole('button', { name: 'Rename' }))],
])('%s says the key; what names the node follows, as one step', async (_, leave) => {
  const user = await typed('pause');
  await leave(user);
  expect([keys(), store().view.edges[0]!.from, store().past.length]).toEqual([['pause', 'b'], 'pause', 1]);
  expect(store().text).toContain('nodes.pause.output');
  await user.keyboard('{Control>}s{/Control}');
  expect([saved, store().past.length]).toEqual([[['pause', 'b']], 1]);
});

test('Tab leads on to the next field, and Rename leaves the focus in the key', async () => {
  const user = await typed('pause');
  await user.tab();
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'next' }));
  await user.tripleClick(box());
  await user.keyboard('rest');
  await user.click(screen.getByRole('button', { name: 'Rename' }));
  expect([keys()[0], document.activeElement]).toEqual(['rest', box()]);
});

test('what is saved while the key is typed has it', async () => {
  const user = await typed('pause');
  await user.keyboard('{Control>}s{/Control}');
  expect(saved).toEqual([['pause', 'b']]);
});

test('Escape takes back what was typed', async () => {
  const user = await typed('pause');
  await user.keyboard('{Escape}');
  await user.tab();
  expect([box().value, keys()]).toEqual(['wait', ['wait', 'b']]);
});

test('what is no key, or another’s, stays with what is wrong', async () => {
  const user = await typed('b');
  await user.tab();
  expect([box().value, keys()]).toEqual(['b', ['wait', 'b']]);
  expect(screen.getByText('There is a node b already.')).toBeTruthy();
});
