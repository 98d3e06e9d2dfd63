import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { Dialog } from './dialog.js';
import { Menu } from './menu.js';

function Opener({ leaves = false }: { leaves?: boolean }) {
  const [open, setOpen] = useState(false);
  const [gone, setGone] = useState(false);
  const ask = (): void => setOpen(true);
  return (
    <main id="main" tabIndex={-1}>
      {!gone && <button onClick={ask}>Ask</button>}
      <Menu trigger={<button>More</button>} items={[{ label: 'Ask from the menu', onSelect: ask }]} />
      {open && (
        <Dialog
          open
          onOpenChange={() => {
            setGone(leaves);
            setOpen(false);
          }}
          title="Sure?"
        >
          <input aria-label="Why" />
        </Dialog>
      )}
    </main>
  );
}
const closed = async (): Promise<void> => {
  await screen.findByRole('dialog', { name: 'Sure?' });
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
};
const focusIsAt = (find: () => HTMLElement) => waitFor(() => expect(document.activeElement).toBe(find()));

test('the focus goes back to the button that has opened the dialog', async () => {
  render(<Opener />);
  await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
  await closed();
  await focusIsAt(() => screen.getByRole('button', { name: 'Ask' }));
});

test('of a menu’s item, to the menu’s button', async () => {
  render(<Opener />);
  act(() => screen.getByRole('button', { name: 'More' }).focus());
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('menuitem');
  await userEvent.keyboard('{Enter}');
  await closed();
  await focusIsAt(() => screen.getByRole('button', { name: 'More' }));
});

test('of a button that is gone by then, to the page', async () => {
  render(<Opener leaves />);
  await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
  await closed();
  await focusIsAt(() => screen.getByRole('main'));
});
