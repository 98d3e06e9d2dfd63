import { useState } from 'react';

/** As useOpener, for Radix: it would give the focus to a trigger of its own, and there is none. */
export function useCloseFocus(open: boolean): (event: Event) => void {
  const giveBack = useOpener(open);
  return (event) => {
    event.preventDefault();
    giveBack();
  };
}

/**
 * Where the focus goes back to when what was opened closes: what had it when `open` became true, or of a menu's item the menu's button, since
 * the item is gone by then. Nothing is done when somebody has the focus already, and `main` has it when the opener
 * is gone or nobody had it.
 */
export function useOpener(open: boolean): () => void {
  const [was, setWas] = useState(false);
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  if (open !== was) {
    setWas(open);
    if (open) setOpener(focused());
  }
  return () => {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    (opener?.isConnected ? opener : document.getElementById('main'))?.focus();
  };
}

function focused(): HTMLElement | null {
  const { activeElement } = document;
  const menu = activeElement?.closest('[role=menu]');
  const found = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : activeElement;
  return found instanceof HTMLElement && found !== document.body ? found : null;
}
