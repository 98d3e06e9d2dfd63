import { TextDecoder, TextEncoder } from 'node:util';
import { jest } from '@jest/globals';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TooltipProvider } from '../../../../ui/index.js';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { useBuilder } = await import('../model/index.js');
const { Palette } = await import('./palette.js');

test('while the text has mistakes no node is offered, and each says why', async () => {
  const onAdd = jest.fn();
  useBuilder.getState().load({ text: 'name: flow\n', saved: null });
  render(
    <TooltipProvider>
      <Palette onAdd={onAdd} onMore={onAdd} />
    </TooltipProvider>,
  );
  const wait = screen.getByRole('button', { name: 'Add wait' });
  await userEvent.click(wait);
  act(() => useBuilder.getState().setText('name: flow: no'));
  for (const button of screen.getAllByRole('button'))
    expect([button.hasAttribute('disabled'), button.title]).toEqual([true, 'The text has mistakes. Mend them first.']);
  expect([wait.draggable, onAdd.mock.calls]).toEqual([false, [['wait']]]);
  act(() => useBuilder.getState().setText('name: flow\n'));
  expect([wait.hasAttribute('disabled'), wait.title]).toEqual([false, '']);
});
