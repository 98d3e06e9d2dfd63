import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useCloseFocus } from '../../../ui/opener.js';
import css from './split.module.css';

/** A panel over all of a small screen. Its title and its way out are its own: Escape closes it, too. */
export function Sheet({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const onCloseAutoFocus = useCloseFocus(true);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content className={css.sheet} aria-describedby={undefined} onCloseAutoFocus={onCloseAutoFocus}>
          <Dialog.Title className="sr-only">{label}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
