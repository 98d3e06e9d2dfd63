import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/**
 * On another screen the keyboard begins at its content, and those who listen hear where they are. A part of the address that only narrows a
 * screen moves nothing, and neither does a screen that has put the focus somewhere itself.
 */
export function Arrival() {
  const path = useRouterState({ select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname });
  const [said, setSaid] = useState('');
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return undefined;
    before.current = path;
    const main = document.getElementById('main');
    if (main && !isElsewhere(document.activeElement, main)) main.focus({ preventScroll: true });
    // The screen names itself in the same turn.
    const timer = setTimeout(() => setSaid(document.title), 100);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <p className="sr-only" role="status">
      {said}
    </p>
  );
}

/** In the new screen, or in what lies over it. */
const isElsewhere = (focused: Element | null, main: HTMLElement): boolean =>
  focused !== null && ((focused !== main && main.contains(focused)) || focused.closest('[role=dialog]') !== null);
