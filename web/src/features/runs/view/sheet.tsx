import { Dialog } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useCloseFocus } from '../../../ui/opener.js';
import css from './split.module.css';

/** A panel over all of a small screen, which shows its name and its way out itself; Escape closes it, too. It has the focus at first. */
export function Sheet({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null);
  const onCloseAutoFocus = useCloseFocus(true);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          ref={content}
          className={css.sheet}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            content.current?.focus();
          }}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <Dialog.Title className="sr-only">{label}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
