import { type RefObject, useEffect } from 'react';
import { useBuilder } from '../model/index.js';
import { copySelected, paste, removeSelected } from './actions.js';
import { focusNode } from './focus.js';

/** Copy, cut and paste as the browser tells them, while the focus is on the canvas or nowhere: so no permission is needed. */
export function useClipboard(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const isOurs = ({ target }: Event): boolean =>
      target === document.body || (target instanceof Node && box.current?.contains(target) === true);
    const onCopy = (event: ClipboardEvent): void => {
      if (!isOurs(event) || !event.clipboardData || String(document.getSelection() ?? '') !== '') return;
      const clip = copySelected();
      if (clip === undefined) return;
      event.preventDefault();
      event.clipboardData.setData('text/plain', clip);
      if (event.type !== 'cut' || useBuilder.getState().readOnly) return;
      removeSelected();
      focusNode(box.current);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!isOurs(event) || useBuilder.getState().readOnly) return;
      event.preventDefault();
      paste(event.clipboardData?.getData('text/plain') ?? '');
      focusNode(box.current, useBuilder.getState().selection.nodes.at(-1));
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, [box]);
}
