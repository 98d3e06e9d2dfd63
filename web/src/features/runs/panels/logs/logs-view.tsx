import { ArrowDown, Download, Search, WrapText } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { LogLine, LogStream } from '../../../../../../core/events/live.js';
import { Button, Input, Select } from '../../../../ui/index.js';
import { CopyButton } from '../../../../ui/copy.js';
import { VirtualList, type VirtualListHandle } from '../../../../ui/virtual-list.js';
import { asFile, filtered, type LogFilter } from './lines.js';
import { Line } from './log-line.js';
import css from './logs.module.css';

export interface LogsViewProps {
  /** Each once, in order. */
  lines: readonly LogLine[];
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  /** Nodes to choose from; absent: the lines are of one. */
  nodes?: readonly string[];
  /** More lines may come: the newest is followed. */
  live: boolean;
  onDownload: () => void;
  /** What to say of lines that are missing, between what was read and what is heard. */
  gap?: ReactNode;
  /** Instead of the list: loading, empty, or a problem. */
  instead?: ReactNode;
}

const STREAMS: LogStream[] = ['stdout', 'stderr', 'system'];
const ROW = 20;

/** Log lines that can be searched, filtered, wrapped, copied and followed. */
export function LogsView(props: LogsViewProps) {
  const { lines, filter, nodes, live, gap, instead } = props;
  const [wrap, setWrap] = useState(false);
  const text = useDeferredValue(filter.text ?? '');
  const { node, attempt, stream } = filter;
  const shown = useMemo(
    () => filtered(lines, { ...defined({ node, attempt, stream }), text }),
    [lines, node, attempt, stream, text],
  );
  return (
    <section className={css.logs} aria-label={nodes ? 'Logs' : `Logs of ${filter.node}`}>
      <Bar {...props} shown={shown} wrap={wrap} setWrap={setWrap} />
      <div className={css.body}>
        {instead ??
          (shown.length === 0 ? (
            <p className={css.gap}>{lines.length === 0 ? 'No lines yet.' : 'No line fits the filter.'}</p>
          ) : (
            <Lines {...{ shown, text, wrap, live }} withNode={nodes !== undefined} />
          ))}
      </div>
      {gap && <div className={css.gap}>{gap}</div>}
    </section>
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export const defined = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;

function Bar({
  lines,
  shown,
  filter,
  onFilter,
  nodes,
  onDownload,
  wrap,
  setWrap,
}: LogsViewProps & { shown: readonly LogLine[]; wrap: boolean; setWrap: (wrap: boolean) => void }) {
  const attempts = useMemo(() => [...new Set(lines.map(({ attempt }) => attempt))].sort((a, b) => a - b), [lines]);
  const { node = '', attempt, stream = '', text = '' } = filter;
  const set = (more: { [K in keyof LogFilter]?: LogFilter[K] | undefined }) =>
    onFilter(defined({ ...filter, ...more }));
  return (
    <div className={css.bar}>
      <div className={css.search}>
        <Search size={14} aria-hidden />
        <Input
          type="search"
          aria-label="Search the logs"
          placeholder="Search"
          value={text}
          onChange={(event) => set({ text: event.target.value || undefined })}
        />
      </div>
      {nodes && (
        <Select aria-label="Node" value={node} onChange={(event) => set({ node: event.target.value || undefined })}>
          <option value="">All nodes</option>
          {nodes.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </Select>
      )}
      {(attempts.length > 1 || attempt !== undefined) && (
        <Select
          aria-label="Attempt"
          value={attempt ?? ''}
          onChange={(event) => set({ attempt: Number(event.target.value) || undefined })}
        >
          <option value="">All attempts</option>
          {attempts.map((n) => (
            <option key={n} value={n}>
              Attempt {n}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label="Stream"
        value={stream}
        onChange={(event) => set({ stream: (event.target.value || undefined) as LogStream | undefined })}
      >
        <option value="">All streams</option>
        {STREAMS.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </Select>
      <div className={css.end}>
        <span className="muted num" role="status">
          {shown.length === lines.length
            ? `${lines.length.toLocaleString('en')} lines`
            : `${shown.length.toLocaleString('en')} of ${lines.length.toLocaleString('en')}`}
        </span>
        <Button
          look="quiet"
          icon={<WrapText />}
          aria-label="Wrap long lines"
          title="Wrap long lines"
          aria-pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <CopyButton text={() => asFile(shown)} label="Copy the lines that are shown" />
        <Button
          look="quiet"
          icon={<Download />}
          aria-label="Download all lines"
          title="Download all lines"
          onClick={onDownload}
        />
      </div>
    </div>
  );
}

/** The end is followed until the reader scrolls away from it. */
function Lines({
  shown,
  text,
  wrap,
  live,
  withNode,
}: {
  shown: readonly LogLine[];
  text: string;
  wrap: boolean;
  live: boolean;
  withNode: boolean;
}) {
  const list = useRef<VirtualListHandle>(null);
  const [follow, setFollow] = useState(live);
  const [seen, setSeen] = useState(shown.length);
  const last = shown.length - 1;
  useEffect(() => {
    if (follow) list.current?.scrollTo(last, 'end');
  }, [follow, last, wrap]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current!.element()!;
    const atEnd = scrollHeight - scrollTop - clientHeight < 2 * ROW;
    if (!atEnd && follow) setSeen(shown.length);
    setFollow(atEnd);
  };
  const fresh = shown.length - seen;
  return (
    <>
      <VirtualList
        key={String(wrap)}
        {...{ role: 'log', tabIndex: 0, 'aria-label': 'Log lines', 'aria-live': 'off' as const }}
        handle={list}
        className={css.list ?? ''}
        data-wrap={wrap}
        onScroll={onScroll}
        {...{ count: shown.length, rowHeight: ROW, measured: wrap, overscan: 20 }}
        row={(index) => <Line line={shown[index]!} text={text} withNode={withNode} />}
      />
      {!follow && (
        <Button
          className={css.newest}
          icon={<ArrowDown />}
          onClick={() => {
            list.current?.scrollTo(last, 'end');
            setFollow(true);
          }}
        >
          {live && fresh > 0 ? `${fresh.toLocaleString('en')} new` : 'Jump to newest'}
        </Button>
      )}
    </>
  );
}
