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
