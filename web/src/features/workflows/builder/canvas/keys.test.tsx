import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { jest } from '@jest/globals';
import { Help } from './help.js';
import { commandOf, SHORTCUTS } from './keys.js';
import { matching, Picker } from './picker.js';

const press = (keys: string) => {
  const parts = keys.split(' ');
  const held = (key: string): boolean => parts.includes(key);
  return commandOf({
    ...{
      key: parts.at(-1)!,
      ctrlKey: held('Ctrl'),
      metaKey: held('Cmd'),
      altKey: held('Alt'),
      shiftKey: held('Shift'),
    },
  });
};
test.each<[string, ReturnType<typeof commandOf>]>([
  ['ArrowDown', { move: 'down' }],
  ['Shift ArrowLeft', { extend: 'left' }],
  ['Alt ArrowUp', { nudge: 'up' }],
  ['Ctrl ArrowUp', undefined],
  ['a', 'add'],
  ['Ctrl a', 'select-all'],
  ['Cmd d', 'duplicate'],
  ['Ctrl z', 'undo'],
  ['Ctrl Shift Z', 'redo'],
  ['Ctrl y', 'redo'],
  ['Shift ?', 'help'],
  ['Ctrl c', undefined], // the browser's copy event
  ['Alt a', undefined],
  ['constructor', undefined],
])('%s', (keys, command) => {
  expect(press(keys)).toEqual(command);
});

test('the sheet tells every key', () => {
  render(<Help onClose={() => undefined} />);
  for (const { says } of SHORTCUTS) expect(screen.getByText(says)).toBeTruthy();
});

const CHOICES = [
  { id: 'wait', label: 'Wait', hint: 'for a time' },
  { id: 'map', label: 'Map', hint: 'each of a list; waits for all' },
];
test.each([
  ['', ['wait', 'map']],
  ['wait', ['wait', 'map']],
  ['list each', ['map']],
  ['nothing', []],
])('what is typed (%s) finds %j', (typed, found) => {
  expect(matching(CHOICES, typed).map(({ id }) => id)).toEqual(found);
});

test('a choice is made by typing, arrows and Enter, and told to those who listen', async () => {
  const user = userEvent.setup();
  const onPick = jest.fn();
  render(<Picker title="Add" placeholder="" choices={CHOICES} onPick={onPick} onClose={() => undefined} />);
  const box = screen.getByRole('combobox', { name: 'Add' });
  expect(document.activeElement).toBe(box);
  await user.keyboard('{ArrowDown}');
  const chosen = screen.getByRole('option', { selected: true });
  expect([chosen.textContent, box.getAttribute('aria-activedescendant')]).toEqual([
    'Mapeach of a list; waits for all',
    chosen.id,
  ]);
  await user.keyboard('{ArrowDown}{Enter}');
  expect(onPick).toHaveBeenCalledWith('wait');
  await user.keyboard('zzz');
  expect(screen.getByText('Nothing is called that.')).toBeTruthy();
});
