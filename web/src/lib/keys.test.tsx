import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { jest } from '@jest/globals';
import { useKeys } from './keys.js';

function Screen({ onKey, dialog = false }: { onKey: (key: string) => void; dialog?: boolean }) {
  useKeys({ a: () => onKey('a'), Enter: () => onKey('Enter') });
  return (
    <>
      <input aria-label="text" />
      <input aria-label="tick" type="checkbox" />
      <button type="button">press</button>
      {dialog && <div role="dialog" aria-label="sure?" />}
    </>
  );
}

test.each([
  ['nothing focused', undefined, 'a', ['a']],
  ['a tick box', 'tick', 'a', ['a']],
  ['a text', 'text', 'a', []],
  ['a button', 'press', 'a', ['a']],
  ['a button, which Enter presses', 'press', '{Enter}', []],
  ['nothing, and Enter', undefined, '{Enter}', ['Enter']],
  ['a key with another held down', undefined, '{Control>}a{/Control}', []],
])('with %s focused', async (_, focus, typed, fired) => {
  const onKey = jest.fn();
  render(<Screen onKey={onKey} />);
  if (focus) (screen.queryByLabelText(focus) ?? screen.getByText(focus)).focus();
  await userEvent.keyboard(typed);
  expect(onKey.mock.calls.flat()).toEqual(fired);
});

test('a dialog has the keys for itself', async () => {
  const onKey = jest.fn();
  render(<Screen onKey={onKey} dialog />);
  await userEvent.keyboard('a');
  expect(onKey).not.toHaveBeenCalled();
});
