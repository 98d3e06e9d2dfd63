import { ScrollText } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { saveAs } from '../../../../lib/save-as.js';
import { useSettled } from '../../../../lib/settled.js';
import { Button, Empty, Loading, ProblemPanel, toast } from '../../../../ui/index.js';
import { isItem, LOG_TAIL_LINES, useDropped, useLiveRun, useLogTail, useRunView } from '../../live/index.js';
import { asFile, joined, type LogFilter } from './lines.js';
import { defined, LogsView } from './logs-view.js';
import { readAll, useLogWindow } from './use-log-window.js';

/** After the last key of what is searched. */
const PAUSE_MS = 300;

/** The logs of all nodes of a run. */
export const LogsPanel = ({ runId }: { runId: string }) => {
  const [filter, setFilter] = useState<LogFilter>({});
  return <Logs {...{ runId, filter }} onFilter={setFilter} choose />;
};

/** The logs of one node, or of an item of a map; `attempt` is what is shown at first. */
export function NodeLogs({ runId, nodeKey, attempt }: { runId: string; nodeKey: string; attempt?: number }) {
  const [filter, setFilter] = useState<LogFilter>(defined({ attempt }));
  return (
    <Logs
      {...{ runId, filter: { ...filter, node: nodeKey } }}
      onFilter={(next) => setFilter(defined({ ...next, node: undefined }))}
    />
  );
}

function Logs({
  runId,
  filter,
  onFilter,
  choose = false,
}: {
  runId: string;
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  choose?: boolean;
}) {
  const { link } = useLiveRun(runId);
  const dropped = useDropped(runId);
  const nodes = useRunView(runId, (view) => view.nodes);
  const status = useRunView(runId, (view) => view.run.status);
  const { lines: tail, heard } = useLogTail(runId);
  // What was heard is kept for a while: before it is let go of, it is read.
  const stamp = `${status} ${link} ${dropped} ${Math.floor(heard / (LOG_TAIL_LINES / 2))}`;
  const asked = filter.node === undefined ? {} : { node: filter.node };
  const all = useLogWindow(runId, asked, stamp, heard);
  // What was not read is searched by the API.
  const text = useSettled(filter.text, PAUSE_MS);
  const q = text !== undefined && text === filter.text && all.hasEarlier ? text : undefined;
  const found = useLogWindow(runId, { ...asked, q: q ?? '' }, stamp, heard, q !== undefined);
  const isSearching = q !== undefined && found.isLoading;
  const shown = q === undefined || isSearching ? all : found;
  const lines = useMemo(() => joined(shown.lines, tail), [shown.lines, tail]);
  const keys = useMemo(() => [...(nodes?.keys() ?? [])].filter((key) => !isItem(key)), [nodes]);
  const over = link === 'ended';
  const download = async () => {
    try {
      saveAs(`${runId}${filter.node === undefined ? '' : `-${filter.node}`}.log`, asFile(await readAll(runId, asked)));
    } catch (err) {
      toast(err instanceof Error ? err.message : String(err), 'bad');
    }
  };
  return (
    <LogsView
      {...{ lines, filter, onFilter, live: !over, partly: shown.hasEarlier }}
      source={shown === all ? 'all' : 'found'}
      {...(choose ? { nodes: keys } : {})}
      onDownload={() => void download()}
      earlier={
        shown.hasEarlier && (
          <Note
            busy={shown.isReading || isSearching}
            act={shown.earlier}
            label={q === undefined ? 'Read earlier lines' : 'Search earlier lines'}
          >
            {q === undefined ? 'These are the newest lines.' : 'Only the newest lines are searched.'}
          </Note>
        )
      }
      gap={
        shown.error ? (
          <Note busy={shown.isReading} act={shown.retry} label="Try again">
            {shown.error.message}
          </Note>
        ) : (
          all.heardSince > tail.length && (
            <Note busy={all.isReading} act={all.retry} label="Read them">
              Lines are missing between those that were read and those that are heard now.
            </Note>
          )
        )
      }
      instead={
        shown.isLoading ? (
          <Loading label="Loading the logs" />
        ) : shown.error && lines.length === 0 ? (
          <ProblemPanel error={shown.error} onRetry={shown.retry} />
        ) : lines.length === 0 && q === undefined ? (
          <Empty icon={ScrollText} title="No log lines">
            {over ? 'Nothing was logged.' : 'They come as nodes do their work.'}
          </Empty>
        ) : undefined
      }
    />
  );
}

const Note = ({
  busy,
  act,
  label,
  children,
}: {
  busy: boolean;
  act: () => void;
  label: string;
  children: ReactNode;
}) => (
  <>
    {children}
    <Button busy={busy} onClick={act}>
      {label}
    </Button>
  </>
);
