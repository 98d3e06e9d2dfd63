import { Download, Search, WrapText } from 'lucide-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import type { LogLine, LogStream } from '../../../../../../core/events/live.js';
import { Button, Input, Select } from '../../../../ui/index.js';
import { CopyButton } from '../../../../ui/copy.js';
import { asFile, filtered, type LogFilter } from './lines.js';
import { Lines, usePlace } from './log-lines.js';
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
  /** There are lines before these. */
  partly?: boolean;
  /** Another when other lines are shown altogether. */
  source?: string;
  /** What to say of those, above the list. */
  earlier?: ReactNode;
  /** What to say of lines that are missing among these, below it. */
  gap?: ReactNode;
  /** Instead of the list: loading, empty, or a problem. */
  instead?: ReactNode;
}

const STREAMS: LogStream[] = ['stdout', 'stderr', 'system'];

/** Log lines that can be searched, filtered, wrapped, copied and followed. */
export function LogsView(props: LogsViewProps) {
  const { lines, filter, nodes, live, partly = false, source, earlier, gap, instead } = props;
  const [wrap, setWrap] = useState(false);
  const text = useDeferredValue(filter.text ?? '');
  const { node, attempt, stream } = filter;
  const shown = useMemo(
    () => filtered(lines, { ...defined({ node, attempt, stream }), text }),
    [lines, node, attempt, stream, text],
  );
  const by = JSON.stringify([source, node, attempt, stream, text]);
  // A log that is here from its beginning is read from there.
  const place = usePlace(instead === undefined && lines.length > 0, live || partly);
  return (
    <section className={css.logs} aria-label={nodes ? 'Logs' : `Logs of ${filter.node}`}>
      <Bar {...props} shown={shown} wrap={wrap} setWrap={setWrap} />
      {earlier && <div className={css.earlier}>{earlier}</div>}
      <div className={css.body}>
        {instead ??
          (shown.length === 0 ? (
            <p className={css.gap}>{lines.length === 0 ? 'No lines yet.' : 'No line fits the filter.'}</p>
          ) : (
            <Lines {...{ shown, by, text, wrap, live, place }} withNode={nodes !== undefined} />
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
  partly = false,
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
          maxLength={200}
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
          {counted(shown.length, lines.length, partly)}
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

function counted(shown: number, lines: number, partly: boolean): string {
  const [some, all] = [shown.toLocaleString('en'), lines.toLocaleString('en')];
  if (shown !== lines) return partly ? `${some} of the newest ${all}` : `${some} of ${all}`;
  return `${partly ? 'the newest ' : ''}${all} ${lines === 1 ? 'line' : 'lines'}`;
}
