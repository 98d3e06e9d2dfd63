import { ArrowDown } from 'lucide-react';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import { Button } from '../../../../ui/index.js';
import { VirtualList, type VirtualListHandle } from '../../../../ui/virtual-list.js';
import { countAfter, idOf, indexOfLine } from './lines.js';
import { Line } from './log-line.js';
import css from './logs.module.css';

const ROW = 20;

/** Where the reader is among the lines. It outlives the list: while a search finds nothing there is none. */
export interface Place {
  /** The end is followed until the reader scrolls away from it. */
  follow: boolean;
  /** The newest line when they did: later ones are new to them. */
  seen?: LogLine | undefined;
  set: (place: { follow: boolean; seen?: LogLine | undefined }) => void;
  /** The line at the top when they last scrolled. */
  topRef: RefObject<LogLine | undefined>;
}

/** `atEnd` says where the reader begins; from the first lines on, which `ready` tells of, the place is theirs. */
export function usePlace(ready: boolean, atEnd: boolean): Place {
  const [place, set] = useState<{ follow: boolean; seen?: LogLine | undefined }>();
  const topRef = useRef<LogLine | undefined>(undefined);
  if (ready && !place) set({ follow: atEnd });
  return { ...(place ?? { follow: atEnd }), set, topRef };
}

export interface LinesProps {
  /** At least one. */
  shown: readonly LogLine[];
  /** By what they were picked: another leaves the reader where they are. */
  by: string;
  /** What is searched. */
  text: string;
  wrap: boolean;
  live: boolean;
  place: Place;
  withNode: boolean;
}

/** A list of lines that follows its end, or keeps what is read where it is. */
export function Lines({ shown, by, text, wrap, live, place, withNode }: LinesProps) {
  const { follow, seen } = place;
  const list = useRef<VirtualListHandle>(null);
  const onScroll = useScrolling(list, { shown, by, wrap, place });
  const [fits, setFits] = useState(false);
  useLayoutEffect(() => {
    const element = list.current?.element();
    if (element) setFits(element.scrollHeight <= element.clientHeight);
  }, [shown, wrap]);
  const fresh = live && !follow && seen ? countAfter(shown, seen) : 0;
  return (
    <>
      <VirtualList
        {...{ role: 'log', tabIndex: 0, 'aria-label': 'Log lines', 'aria-live': 'off' as const }}
        handle={list}
        className={css.list ?? ''}
        data-wrap={wrap}
        onScroll={onScroll}
        {...{ count: shown.length, rowHeight: ROW, measured: wrap, overscan: 20 }}
        // What a wrapped line measures says nothing of one that is not.
        keyOf={(index) => `${idOf(shown[index]!)}${wrap ? ' wrapped' : ''}`}
        row={(index) => <Line line={shown[index]!} text={text} withNode={withNode} />}
      />
      {!follow && !fits && (
        <Button className={css.newest} icon={<ArrowDown />} onClick={() => place.set({ follow: true })}>
          {fresh > 0 ? `${fresh.toLocaleString('en')} new` : 'Jump to newest'}
        </Button>
      )}
    </>
  );
}

/** Puts the list where the reader is whenever its lines change. What it answers hears of each scroll, and tells theirs from its own. */
function useScrolling(
  list: RefObject<VirtualListHandle | null>,
  { shown, by, wrap, place }: Pick<LinesProps, 'shown' | 'by' | 'wrap' | 'place'>,
): () => void {
  const { follow, set, topRef } = place;
  const was = useRef<{ first?: LogLine | undefined; by?: string; wrap?: boolean }>({});
  /** Where the list was put. */
  const put = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    const before = was.current;
    was.current = { first: shown[0], by, wrap };
    const element = list.current?.element();
    if (!element) return;
    put.current = undefined;
    const earlier = before.by === by && before.first ? shown.indexOf(before.first) : 0;
    if (earlier > 0) {
      // Earlier lines leave what is read where it is; who was at the end has asked to see them.
      if (follow) list.current?.scrollTo(earlier - 1, 'end');
      else element.scrollTop += earlier * ROW;
      if (follow) set({ follow: false, seen: shown.at(-1) });
      return;
    }
    if (!follow && before.by === by && before.wrap === wrap) return;
    if (follow) list.current?.scrollTo(shown.length - 1, 'end');
    else list.current?.scrollTo(topRef.current ? indexOfLine(shown, topRef.current) : 0, 'start');
    put.current = element.scrollTop;
  }, [list, shown, by, wrap, follow, set, topRef]);
  return () => {
    const { topRow, element } = list.current!;
    const { scrollTop, scrollHeight, clientHeight } = element()!;
    const isOwn = scrollTop === put.current;
    put.current = undefined;
    if (isOwn) return;
    topRef.current = shown[topRow()];
    const atEnd = scrollHeight - scrollTop - clientHeight < 2 * ROW;
    if (atEnd !== follow) set({ follow: atEnd, seen: shown.at(-1) });
  };
}
