import { useNavigate } from '@tanstack/react-router';
import { type RefObject, type UIEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useKeys } from '../../../lib/keys.js';
import { useMedia } from '../../../lib/media.js';
import { VirtualList, type VirtualListHandle } from '../../../ui/virtual-list.js';
import { RunRow } from './run-row.js';
import css from './run-table.module.css';
import type { Row } from './rows.js';
import { allOrNone, NONE, type Selection, through, tickOf, toggle } from './selection.js';

export interface RunTableProps {
  rows: Row[];
  /** Whether there are more that were not read yet. */
  more: boolean;
  selection: Selection;
  select: (selection: Selection) => void;
  canTick: boolean;
  onSeen: (first: number, last: number) => void;
  onActive: (row: Row | undefined) => void;
  list: RefObject<VirtualListHandle | null>;
}

/** Rows of equal height, of which only those are drawn that can be seen. Keys: j k Enter x, arrows, Home, End, Escape. */
export function RunTable({ rows, more, selection, select, canTick, onSeen, onActive, list }: RunTableProps) {
  const narrow = useMedia('(max-width: 760px)');
  const height = narrow ? 68 : 40;
  const navigate = useNavigate();
  const [active, setActive] = useState<string>();
  const lastTick = useRef<string>(undefined);
  const wanted = useRef<string>(undefined);
  const at = rows.findIndex((row) => row.id === active);

  const open = (row: Row, newTab = false): void => {
    if (newTab) window.open(`/runs/${encodeURIComponent(row.id)}`, '_blank', 'noopener');
    else void navigate({ to: '/runs/$runId', params: { runId: row.id } });
  };
  const mark = (index: number): void => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    wanted.current = row.id;
    setActive(row.id);
    onActive(row);
    list.current?.scrollTo(rows.indexOf(row));
  };
  const takesFocus = useCallback((id: string): boolean => {
    const takes = wanted.current === id;
    if (takes) wanted.current = undefined;
    return takes;
  }, []);
  const tick = (row: Row, range = false): void => {
    select(range ? through(selection, rows, lastTick.current, row.id) : toggle(selection, row));
    lastTick.current = row.id;
  };
  const [down, up] = [() => mark(at + 1), () => mark(at < 0 ? 0 : at - 1)];
  useKeys({
    ...{ j: down, ArrowDown: down, k: up, ArrowUp: up },
    ...{ Home: () => mark(0), End: () => mark(rows.length - 1) },
    Enter: at < 0 ? undefined : () => open(rows[at]!),
    x: at < 0 || !canTick ? undefined : () => tick(rows[at]!),
    X: at < 0 || !canTick ? undefined : () => tick(rows[at]!, true),
    Escape: selection.size > 0 ? () => select(NONE) : undefined,
  });

  const seen = useRef(onSeen);
  useEffect(() => {
    seen.current = onSeen;
  });
  const look = (box: HTMLElement): void =>
    seen.current(Math.floor(box.scrollTop / height), Math.ceil((box.scrollTop + box.clientHeight) / height));
  useEffect(() => {
    const box = list.current?.element();
    if (box) seen.current(Math.floor(box.scrollTop / height), Math.ceil((box.scrollTop + box.clientHeight) / height));
  }, [rows.length, height, list]);
  return (
    <div
      role="grid"
      aria-label="Runs"
      aria-rowcount={more ? -1 : rows.length + 1}
      aria-colcount={7}
      aria-multiselectable={canTick}
      className={css.grid}
    >
      <Head {...{ rows, selection, select, canTick }} />
      <VirtualList
        role="rowgroup"
        count={rows.length}
        rowHeight={height}
        keyOf={(index) => rows[index]!.id}
        handle={list}
        className={css.rows}
        onScroll={(event: UIEvent<HTMLDivElement>) => look(event.currentTarget)}
        row={(index) => (
          <RunRow
            row={rows[index]!}
            index={index}
            active={index === at}
            isStop={index === Math.max(at, 0)}
            takesFocus={takesFocus}
            ticked={selection.has(rows[index]!.id)}
            canTick={canTick}
            onTick={(range) => tick(rows[index]!, range)}
            onOpen={(event) => open(rows[index]!, event.metaKey || event.ctrlKey)}
          />
        )}
      />
    </div>
  );
}

function Head({ rows, selection, select, canTick }: Pick<RunTableProps, 'rows' | 'selection' | 'select' | 'canTick'>) {
  const tick = tickOf(selection, rows);
  return (
    <div role="rowgroup" className={css.head}>
      <div role="row" aria-rowindex={1} className={css.row}>
        <span role="columnheader" className={css.tick}>
          {canTick ? (
            <label className={css.box}>
              <input
                type="checkbox"
                aria-label="Select all that are shown"
                checked={tick === 'all'}
                ref={(box) => {
                  if (box) box.indeterminate = tick === 'some';
                }}
                onChange={() => select(allOrNone(selection, rows))}
              />
            </label>
          ) : (
            <span className="sr-only">Selected</span>
          )}
        </span>
        <span role="columnheader" className={css.status}>
          Status
        </span>
        <span role="columnheader" className={css.workflow}>
          Workflow
        </span>
        <span role="columnheader" className={css.id}>
          Run
        </span>
        <span role="columnheader" className={css.starter}>
          Started by
        </span>
        <span role="columnheader" className={css.started}>
          Started
        </span>
        <span role="columnheader" className={css.took}>
          Took
        </span>
      </div>
    </div>
  );
}
