import { TextDecoder, TextEncoder } from 'node:util';
import { act, render, screen } from '@testing-library/react';
import { Toasts } from '../../../ui/index.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { arrange, connect, paste } = await import('./canvas/actions.js');
const { removeNodes, useBuilder } = await import('./model/index.js');
const { Said } = await import('./said.js');

const TEXT = `name: flow
nodes:
  - { key: a, type: wait, config: { duration: 1m } }
  - { key: b, type: wait, config: { duration: 1m } }
edges: [{ from: a, to: b }]
`;
const store = () => useBuilder.getState();
/** What is to be read on the screen. */
const shown = () => [...document.querySelectorAll('[data-tone]')].map((each) => each.textContent);

beforeEach(() => {
  store().load({ text: TEXT, saved: null });
  render(
    <>
      <Said />
      <Toasts />
    </>,
  );
});

test.each<[string, () => unknown]>([
  ['a leads to b already.', () => connect('a', 'b')],
  ['What is in the clipboard is no node.', () => paste('a letter')],
  ['All stands where the layout puts it.', arrange],
  [
    'The text has mistakes. Mend them there first.',
    () => {
      store().setText('x: y: z');
      store().change((text) => removeNodes(text, ['a']), 'Delete a');
    },
  ],
])('everybody sees that “%s”', (why, tryIt) => {
  act(() => void tryIt());
  expect(shown().at(-1)).toBe(why);
});

test('what was done is seen anyway, and so is only told', () => {
  const before = shown();
  act(() => void store().change((text) => removeNodes(text, ['a']), 'Delete a'));
  act(() => store().undo());
  expect(shown()).toEqual(before);
  expect(screen.getByText('Undone: Delete a')).toBeTruthy();
});
