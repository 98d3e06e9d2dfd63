import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import css from './split.module.css';

/** In px. */
const [START, LEAST, MOST, STEP] = [420, 320, 900, 24];
const KEY = 'heddle.run.panel';

/** What is looked at, and a panel at its right whose width is the reader's: dragged, or by the arrows on the line between. */
export function Split({ label, main, children }: { label: string; main: ReactNode; children: ReactNode }) {
  const [width, setWidth] = useState(kept);
  const from = useRef<{ x: number; width: number } | undefined>(undefined);
  const set = (next: number): void => {
    const fit = Math.round(Math.min(MOST, Math.max(LEAST, next)));
    setWidth(fit);
    keep(fit);
  };
  const onPointerDown = (event: PointerEvent<HTMLHRElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const onPointerMove = ({ clientX }: PointerEvent): void => {
    if (from.current) set(from.current.width + from.current.x - clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: width + STEP, ArrowRight: width - STEP, Home: LEAST, End: MOST }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };
  return (
    <div className={css.split} style={{ gridTemplateColumns: `minmax(0, 1fr) 1px min(${width}px, 60vw)` }}>
      <div className={css.side}>{main}</div>
      {/* A separator that can be moved is a control (WAI-ARIA 1.2). */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <hr
        className={css.line}
        {...{ tabIndex: 0 }}
        aria-orientation="vertical"
        aria-label={label}
        {...{ 'aria-valuenow': width, 'aria-valuemin': LEAST, 'aria-valuemax': MOST }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => (from.current = undefined)}
        onKeyDown={onKeyDown}
        onDoubleClick={() => set(START)}
      />
      <aside className={css.panel}>{children}</aside>
    </div>
  );
}

function kept(): number {
  try {
    const width = Number(localStorage.getItem(KEY));
    return width >= LEAST && width <= MOST ? width : START;
  } catch {
    return START; // no storage allowed
  }
}
function keep(width: number): void {
  try {
    localStorage.setItem(KEY, String(width));
  } catch {
    // It holds until the page is left.
  }
}
