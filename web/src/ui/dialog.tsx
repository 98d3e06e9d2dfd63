import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import css from './dialog.module.css';
import { useCloseFocus } from './opener.js';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  /** `side`: a sheet at the right, for what is worked on beside the page. */
  place?: 'middle' | 'side';
  width?: 'narrow' | 'wide';
  children: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  place = 'middle',
  width = 'narrow',
  children,
  footer,
}: DialogProps) {
  const onCloseAutoFocus = useCloseFocus(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={css.overlay} />
        <Radix.Content
          className={css[place]}
          data-width={width}
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className={css.header}>
            <div>
              <Radix.Title className={css.title}>{title}</Radix.Title>
              {description && <Radix.Description className={css.description}>{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" icon={<X />} aria-label="Close" />
            </Radix.Close>
          </header>
          <div className={css.body}>{children}</div>
          {footer && <footer className={css.footer}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
