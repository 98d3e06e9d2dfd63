import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import css from './split.module.css';

const [LEAST, MOST, STEP] = [20, 80, 4];

/**
 * Two panes side by side with a border that is dragged, or moved with the arrows; where it was is kept under `name`. A pane that is not shown
 * stays as it is.
 */
export function Split({
  name,
  label,
  first,
  second,
  show = 'both',
}: {
  name: string;
  label: string;
  first: ReactNode;
  second: ReactNode;
  show?: 'first' | 'both' | 'second';
}) {
  const key = `heddle.split.${name}`;
  const [share, setShare] = useState(() => stored(key));
  const box = useRef<HTMLDivElement>(null);
  const put = (percent: number): void => {
    const next = Math.round(Math.min(MOST, Math.max(LEAST, percent)) * 10) / 10;
    setShare(next);
    try {
      localStorage.setItem(key, String(next));
    } catch {
      // Nothing may be stored: it holds until the page is left.
    }
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left, width } = box.current!.getBoundingClientRect();
    put(((event.clientX - left) / width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: LEAST, End: MOST }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    put(next);
  };
  return (
    <div
      ref={box}
      className={css.split}
      style={{
        gridTemplateColumns:
          show === 'both' ? `minmax(0, ${share}fr) auto minmax(0, ${100 - share}fr)` : 'minmax(0, 1fr)',
      }}
    >
      <div className={css.pane} hidden={show === 'second'}>
        {first}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a separator that can be moved is a control (ARIA 1.2) */}
      <div
        role="separator"
        hidden={show !== 'both'}
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        className={css.border}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onDoubleClick={() => put(50)}
        onKeyDown={onKeyDown}
      />
      <div className={css.pane} hidden={show === 'first'}>
        {second}
      </div>
    </div>
  );
}

function stored(key: string): number {
  try {
    const found = Number(localStorage.getItem(key));
    return found >= LEAST && found <= MOST ? found : 58;
  } catch {
    return 58;
  }
}
