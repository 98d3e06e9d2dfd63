import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type HTMLAttributes, type ReactNode, type Ref, useImperativeHandle, useRef } from 'react';
import css from './virtual-list.module.css';

export interface VirtualListHandle {
  scrollTo: (index: number, align?: 'auto' | 'start' | 'center' | 'end') => void;
  element: () => HTMLElement | null;
  /** The row at the top of what can be seen. */
  topRow: () => number;
}

export interface VirtualListProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  count: number;
  /** In px: exact, or where `measured` is set a guess. */
  rowHeight: number;
  /** Rows differ in height and are measured as they are drawn. */
  measured?: boolean;
  row: (index: number) => ReactNode;
  keyOf?: (index: number) => string | number;
  handle?: Ref<VirtualListHandle>;
  /** Rows that are drawn beyond what can be seen, at each end. */
  overscan?: number;
}

/** Scrolls through any number of rows and draws those that can be seen. Role, label and keys are the caller's. */
export function VirtualList({
  count,
  rowHeight,
  measured = false,
  row,
  keyOf = (index) => index,
  handle,
  overscan = 12,
  className,
  ...rest
}: VirtualListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled to memoise what it answers
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan,
  });
  useImperativeHandle(handle, () => ({
    scrollTo: (index, align = 'auto') => rows.scrollToIndex(index, { align }),
    element: () => scroller.current,
    // A browser may round where it stands to just before the row.
    topRow: () => rows.getVirtualItemForOffset((scroller.current?.scrollTop ?? 0) + 1)?.index ?? 0,
  }));
  return (
    <div {...rest} ref={scroller} className={clsx(css.list, className)}>
      <div role="presentation" className={css.all} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={key}
            role="presentation"
            data-index={index}
            ref={measured ? rows.measureElement : undefined}
            className={css.row}
            style={{ transform: `translateY(${start}px)`, ...(measured ? {} : { height: rowHeight }) }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
