import { TextDecoder, TextEncoder } from 'node:util';
import { jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { TooltipProvider } from '../../../../ui/index.js';

class Unseen {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(globalThis, { TextDecoder, TextEncoder, ResizeObserver: Unseen }); // jsdom has none
const { useBuilder } = await import('../model/index.js');
const { Canvas } = await import('./canvas.js');

const TEXT = `name: flow
nodes: [{ key: a, type: wait, config: { duration: 1m } }]
`;
const open = async (readOnly: boolean, text = TEXT) => {
  useBuilder.getState().load({ text, saved: null, readOnly });
  const onOpen = jest.fn();
  await act(async () =>
    render(
      <TooltipProvider>
        <Canvas onOpen={onOpen} />
      </TooltipProvider>,
    ),
  );
  return onOpen;
};

test.each([
  ['is only looked at', true],
  ['is edited', false],
])('a double click on a node opens its form where the spec %s', async (_, readOnly) => {
  const onOpen = await open(readOnly);
  fireEvent.dblClick(screen.getByText('a'));
  expect(onOpen).toHaveBeenCalledTimes(1);
});

test.each([
  [true, 0],
  [false, 1],
])('how to add a node is told where one may (read-only: %s)', async (readOnly, told) => {
  await open(readOnly, 'name: flow\n');
  expect(screen.getByText('No nodes yet.')).toBeTruthy();
  expect(screen.queryAllByText(/Drag one here/)).toHaveLength(told);
});

const FIELDS = (
  <>
    <button type="button">a button</button>
    <select aria-label="a choice" />
    <input aria-label="a tick" type="checkbox" />
    <input aria-label="a text" />
    <textarea aria-label="a long text" />
    <div className="cm-editor">
      <div contentEditable suppressContentEditableWarning role="textbox" aria-label="an editor" tabIndex={0} />
    </div>
  </>
);
test.each([
  ['a button', 1],
  ['a choice', 1],
  ['a tick', 1],
  ['a text', 0],
  ['a long text', 0],
  ['an editor', 0],
])('with %s beside the canvas in focus, undo undoes %i step', async (focus, undone) => {
  await open(false);
  render(FIELDS);
  const store = useBuilder.getState;
  const change = () => act(() => void store().change((text) => `${text}# more\n`, 'More'));
  const target = screen.queryByLabelText(focus) ?? screen.getByText(focus);
  change();
  fireEvent.keyDown(target, { key: 'z', ctrlKey: true });
  expect([store().past.length, store().future.length]).toEqual([1 - undone, undone]);
  fireEvent.keyDown(target, { key: 'Z', ctrlKey: true, shiftKey: true });
  expect([store().past.length, store().future.length]).toEqual([1, 0]);
  fireEvent.keyDown(target, { key: 'z', metaKey: true });
  fireEvent.keyDown(target, { key: 'y', metaKey: true });
  expect([store().past.length, store().future.length]).toEqual([1, 0]);
});

test('undo on the canvas undoes one step, and below a dialog none', async () => {
  await open(false);
  const store = useBuilder.getState;
  for (const more of ['# one\n', '# two\n']) act(() => void store().change((text) => text + more, 'More'));
  fireEvent.keyDown(screen.getByRole('application', { name: /^Canvas/ }), { key: 'z', ctrlKey: true });
  expect(store().past).toHaveLength(1);
  render(<div role="dialog" aria-label="sure?" tabIndex={-1} />);
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'z', ctrlKey: true });
  expect(store().past).toHaveLength(1);
});
