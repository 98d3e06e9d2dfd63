import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import css from './dialog.module.css';

/** A question before work is lost. The way back has the focus: who presses Enter at once loses nothing. */
export function Confirm({
  title,
  act,
  back,
  busy = false,
  onAct,
  onBack,
  children,
}: {
  title: string;
  /** What is done then, as its button says it. */
  act: string;
  back: string;
  /** It is being done. */
  busy?: boolean;
  onAct: () => void;
  onBack: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onBack()}
      title={title}
      footer={
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- in a dialog the focus has to stand somewhere, and here it does no harm */}
          <Button autoFocus onClick={onBack}>
            {back}
          </Button>
          <Button look="danger" busy={busy} onClick={onAct}>
            {act}
          </Button>
        </>
      }
    >
      <p className={css.question}>{children}</p>
    </Dialog>
  );
}
