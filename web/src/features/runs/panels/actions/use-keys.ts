import { useEffect, useRef } from 'react';

/** Where a letter is text, or a key of something else's own. */
const TYPED = 'input, textarea, select, [contenteditable="true"], [role="tree"], [role="menu"]';

/** Calls back for Shift and a letter, unless somebody types or a dialog is open. Letters are capital. `first`: before those that are not. */
export function useKeys(keys: { [letter: string]: () => void }, first: boolean): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, shiftKey, ctrlKey, metaKey, altKey, target, defaultPrevented } = event;
      if (!shiftKey || ctrlKey || metaKey || altKey || defaultPrevented) return;
      if (!Object.hasOwn(latest.current, key) || (target instanceof Element && target.closest(TYPED))) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      event.preventDefault();
      latest.current[key]!();
    };
    addEventListener('keydown', onKeyDown, first);
    return () => removeEventListener('keydown', onKeyDown, first);
  }, [first]);
}
