import { useEffect, useRef } from 'react';

/** What single keys do on a screen, by `KeyboardEvent.key`. */
export type KeyMap = Record<string, (() => void) | undefined>;

const WRITES =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=textbox], .cm-editor';
const OVER_THE_PAGE = '[role=dialog], [role=alertdialog], [role=menu]';
/** They press what is focused, and so do nothing else there. */
const PRESSES = new Set(['Enter', ' ']);

/** Whether the key is meant for the screen: nobody is writing, nothing lies over the page, and no other key is held down. */
export function isForScreen(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'target'>,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const { target } = event;
  if (!(target instanceof Element)) return true;
  if (target.closest(WRITES) || target.ownerDocument.querySelector(OVER_THE_PAGE)) return false;
  return !(PRESSES.has(event.key) && target.closest('a, button, input, summary, [role=button]'));
}

const TEXTS = 'input:not([type=checkbox], [type=radio]), textarea, [contenteditable], [role=textbox], .cm-editor';

/** Whether what is undone there is the screen's: not in a text, which has its own past, and not while something lies over the page. */
export function isUndoForScreen(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  return !target.closest(TEXTS) && !target.ownerDocument.querySelector(OVER_THE_PAGE);
}

/** Keys of the screen, while it is shown. They never fire while somebody types or a dialog is open. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act || event.defaultPrevented || !isForScreen(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
