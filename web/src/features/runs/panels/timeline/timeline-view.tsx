import { Maximize2, Minus, Plus, Route, Table2 } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { duration, fullTime, useZone } from '../../../../lib/time.js';
import { Button } from '../../../../ui/index.js';
import { VirtualList, type VirtualListHandle } from '../../../../ui/virtual-list.js';
import { Label } from './row.js';
import { panned, share, type Span, tickLabel, ticks, whole, zoomed } from './scale.js';
import type { Row, Segment } from './segments.js';
import { TimelineTable } from './table.js';
import css from './timeline.module.css';
import { nameOf, rowInWords } from './words.js';

export interface TimelineViewProps {
  rows: readonly Row[];
  /** Ms since the epoch. */
  now: number;
  /** The run goes on. */
  open: boolean;
  /** Keys of the nodes that the end waited for. */
  critical: ReadonlySet<string>;
  selected: string | undefined;
  onOpen: (key: string) => void;
  /** Draws a row's bars. */
  bars: (props: {
    row: Row;
    span: Span;
    now: number;
    onPoint: (segment: Segment | undefined, element?: HTMLElement) => void;
  }) => ReactNode;
}

const ROW = 28;

/** Nodes in the order in which they began, each with what it waited for and did; zoomed, moved and read by mouse and by keyboard. */
export function TimelineView({ rows, now, open, critical, selected, onOpen, bars }: TimelineViewProps) {
  const origin = rows[0]?.from ?? now;
  const all = whole(origin, lastOf(rows, now, open), now);
  const [chosen, setChosen] = useState<Span>();
  const [active, setActive] = useState<string>();
  const [pointed, setPointed] = useState<Pointed>();
  const [path, setPath] = useState(false);
  const [table, setTable] = useState(false);
  const list = useRef<VirtualListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const span = chosen ?? all;
  const zoom = (factor: number, part = 0.5) => {
    const next = zoomed(span, factor, part, all);
    setChosen(next.to - next.from >= (all.to - all.from) * 0.999 ? undefined : next);
  };
  const move = (by: number) => chosen && setChosen(panned(span, by, all));
  useWheel(frame, zoom, move);
  const drag = useDrag(frame, move);
  const at = rows.findIndex(({ key }) => key === (active ?? selected));
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(rows[next]?.key);
    list.current?.scrollTo(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const KEYS: Record<string, () => void> = {
      ...{ ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), Home: () => go(0), End: () => go(rows.length - 1) },
      ...{ PageDown: () => go(at + 10), PageUp: () => go(at - 10) },
      ...{ ArrowRight: () => move(0.2), ArrowLeft: () => move(-0.2) },
      ...{ '+': () => zoom(0.7), '=': () => zoom(0.7), '-': () => zoom(1 / 0.7), '0': () => setChosen(undefined) },
      Enter: () => rows[at] && onOpen(rows[at].key),
    };
    if (event.ctrlKey || event.metaKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]!();
  };
  return (
    <section className={css.timeline} aria-label="Timeline">
      <div className={css.tools}>
        <Legend />
        <div className={css.buttons}>
          <Button look="quiet" icon={<Route />} aria-pressed={path} onClick={() => setPath(!path)}>
            Critical path
          </Button>
          <Button look="quiet" icon={<Table2 />} aria-pressed={table} onClick={() => setTable(!table)}>
            Table
          </Button>
          {!table && (
            <>
              <Button
                look="quiet"
                icon={<Minus />}
                aria-label="Farther"
                title="Farther (−)"
                onClick={() => zoom(1 / 0.7)}
              />
              <Button look="quiet" icon={<Plus />} aria-label="Nearer" title="Nearer (+)" onClick={() => zoom(0.7)} />
              <Button
                look="quiet"
                icon={<Maximize2 />}
                aria-label="The whole run"
                title="The whole run (0)"
                disabled={!chosen}
                onClick={() => setChosen(undefined)}
              />
            </>
          )}
        </div>
      </div>
      {table ? (
        <TimelineTable {...{ rows, origin, now, onOpen }} critical={path ? critical : NONE} />
      ) : (
        <div ref={frame} className={css.frame} {...drag}>
          <Axis span={span} origin={origin} now={open ? now : undefined} />
          <Grid span={span} origin={origin} now={open ? now : undefined} />
          <VirtualList
            {...{ role: 'listbox', tabIndex: 0, 'aria-label': 'Nodes in the order in which they began', onKeyDown }}
            {...(rows[at] ? { 'aria-activedescendant': `bar-${rows[at].key}` } : {})}
            handle={list}
            className={css.rows ?? ''}
            {...{ count: rows.length, rowHeight: ROW }}
            keyOf={(index) => rows[index]!.key}
            row={(index) => {
              const row = rows[index]!;
              return (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list has the focus and the keys
                <div
                  id={`bar-${row.key}`}
                  role="option"
                  aria-selected={row.key === selected}
                  aria-label={rowInWords(row, origin, now)}
                  className={css.row}
                  data-active={row.key === active || undefined}
                  data-dim={(path && !critical.has(row.key)) || undefined}
                  onClick={() => onOpen(row.key)}
                >
                  <Label row={row} critical={path && critical.has(row.key)} />
                  <span className={css.track}>
                    {bars({
                      ...{ row, span, now },
                      onPoint: (segment, element) => setPointed(segment && element && { row, segment, element }),
                    })}
                  </span>
                </div>
              );
            }}
          />
        </div>
      )}
      {pointed && <Tip pointed={pointed} origin={origin} now={now} />}
    </section>
  );
}

const NONE: ReadonlySet<string> = new Set();

/** What goes on is drawn until now. */
function lastOf(rows: readonly Row[], now: number, open: boolean): number {
  let last = open ? now : 0;
  for (const { segments } of rows) for (const { to } of segments) last = Math.max(last, to ?? now);
  return last;
}

function Axis({ span, origin, now }: { span: Span; origin: number; now: number | undefined }) {
  const { at, step } = ticks(span, origin, 8);
  return (
    <div className={css.axis} aria-hidden>
      <span className={css.ticks}>
        {at.map((time) => (
          <span key={time} className={css.tick} style={{ left: `${share(span, time) * 100}%` }}>
            {share(span, time) < 0.94 && tickLabel(time - origin, step) /* beyond, it would be cut */}
          </span>
        ))}
        {now !== undefined && now <= span.to && (
          <span className={css.now} style={{ right: `${(1 - share(span, now)) * 100}%` }}>
            now
          </span>
        )}
      </span>
    </div>
  );
}

/** The axis' lines through all rows. */
function Grid({ span, origin, now }: { span: Span; origin: number; now: number | undefined }) {
  return (
    <div className={css.grid} aria-hidden>
      {ticks(span, origin, 8).at.map((time) => (
        <span key={time} style={{ left: `${share(span, time) * 100}%` }} />
      ))}
      {now !== undefined && now <= span.to && <span data-now style={{ left: `${share(span, now) * 100}%` }} />}
    </div>
  );
}

interface Pointed {
  row: Row;
  segment: Segment;
  element: HTMLElement;
}

function Tip({ pointed: { row, segment, element }, origin, now }: { pointed: Pointed; origin: number; now: number }) {
  const zone = useZone();
  const box = element.getBoundingClientRect();
  const { from, to, note } = segment;
  return (
    <div
      className={css.tip}
      role="presentation"
      style={{ left: Math.min(Math.max(box.left, 8), innerWidth - 300), top: box.bottom + 6 }}
    >
      <strong>{row.key}</strong>
      <span>
        {nameOf(segment)} · {duration((to ?? now) - from)}
      </span>
      <span className={css.tipTimes}>
        {fullTime(new Date(from).toISOString(), zone)} (+{duration(from - origin)})
      </span>
      {to !== null && <span className={css.tipTimes}>until {fullTime(new Date(to).toISOString(), zone)}</span>}
      {note !== undefined && <span className={css.tipNote}>{note}</span>}
    </div>
  );
}

const LEGEND: [look: string, label: string][] = [
  ['attempt running', 'at work'],
  ['attempt completed', 'completed'],
  ['attempt failed', 'failed'],
  ['backoff', 'backoff'],
  ['gate', 'waits for people'],
  ['time', 'waits for a time'],
  ['held', 'held'],
];
const Legend = () => (
  <ul className={css.legend}>
    {LEGEND.map(([look, label]) => (
      <li key={look}>
        <span
          className={`${css.sample} ${look
            .split(' ')
            .map((each) => css[each])
            .join(' ')}`}
          aria-hidden
        />
        {label}
      </li>
    ))}
  </ul>
);

type Ref = React.RefObject<HTMLDivElement | null>;
/** Where in the tracks a pointer is, from 0 to 1; the labels stand before them. */
function partOf(frame: Ref, clientX: number): number {
  const track = frame.current?.querySelector(`.${css.ticks}`)?.getBoundingClientRect();
  return track && track.width > 0 ? Math.min(1, Math.max(0, (clientX - track.left) / track.width)) : 0.5;
}

/** The wheel with Ctrl, or over the axis, is near and far; sideways it moves. React's own wheel listeners can't keep the page from scrolling. */
function useWheel(frame: Ref, zoom: (factor: number, part: number) => void, move: (by: number) => void): void {
  const latest = useRef({ zoom, move });
  useEffect(() => {
    latest.current = { zoom, move };
  });
  useEffect(() => {
    const element = frame.current;
    const onWheel = (event: WheelEvent) => {
      const overAxis = event.target instanceof Element && event.target.closest(`.${css.axis}`) !== null;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey || overAxis)
        latest.current.zoom(Math.exp(event.deltaY * 0.002), partOf(frame, event.clientX));
      else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) latest.current.move(sideways / 800);
      else return;
      event.preventDefault();
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [frame]);
}

/** Drags the tracks sideways; a press that moves nothing is a click. */
function useDrag(frame: Ref, move: (by: number) => void) {
  const from = useRef<number>(undefined);
  const moved = useRef(false);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      from.current = event.clientX;
      moved.current = false;
    },
    onPointerMove: (event: PointerEvent) => {
      if (from.current === undefined) return;
      if (event.buttons === 0) from.current = undefined;
      else if (moved.current || Math.abs(event.clientX - from.current) > 4) {
        move(partOf(frame, from.current) - partOf(frame, event.clientX));
        from.current = event.clientX;
        moved.current = true;
      }
    },
    onPointerUp: () => void (from.current = undefined),
    onClickCapture: (event: { stopPropagation: () => void }) => {
      if (moved.current) event.stopPropagation();
      moved.current = false;
    },
  };
}
