import { TextDecoder, TextEncoder } from 'node:util';
import { jest } from '@jest/globals';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
const { OldVersionBanner } = await import('./banners.js');

const shown = (hasDraft: boolean) => {
  const edit = jest.fn();
  render(<OldVersionBanner old={{ newest: 3, hasDraft: () => hasDraft, edit }} may onNewest={() => undefined} />);
  return { edit, user: userEvent.setup() };
};

test('an old version is edited at once where nothing would be lost', async () => {
  const { edit, user } = shown(false);
  await user.click(screen.getByRole('button', { name: 'Edit from here' }));
  expect(edit).toHaveBeenCalledTimes(1);
});

test('unsaved work is not replaced without a question, and Enter keeps it', async () => {
  const { edit, user } = shown(true);
  await user.click(screen.getByRole('button', { name: 'Edit from here' }));
  expect(screen.getByRole('dialog', { name: 'Replace your draft?' })).toBeTruthy();
  await user.keyboard('{Enter}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(edit).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Edit from here' }));
  await user.click(screen.getByRole('button', { name: /^Edit version/ }));
  expect(edit).toHaveBeenCalledTimes(1);
});
