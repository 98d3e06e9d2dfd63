import { ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { saveAs } from '../../../../lib/save-as.js';
import { Button, Empty, Loading, ProblemPanel, toast } from '../../../../ui/index.js';
import { isItem, useDropped, useLiveRun, useLogTail, useRunView } from '../../live/index.js';
import { asFile, joined, type LogFilter } from './lines.js';
import { defined, LogsView } from './logs-view.js';
import { readAll, useLogPages } from './use-log-pages.js';

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
  const heard = useLogTail(runId);
  const isMap = filter.node !== undefined && nodes?.get(filter.node)?.items !== undefined;
  // Lines of a map are those of its items, which the API knows by their own keys.
  const asked = filter.node === undefined || isMap ? {} : { node: filter.node };
  const { pages, hasMore, isLoading, isReading, error, retry, more } = useLogPages(
    ...([runId, asked, `${status} ${link} ${dropped}`] as const),
  );
  const lines = useMemo(
    () =>
      joined(
        pages.flatMap(({ items }) => items),
        heard,
      ),
    [pages, heard],
  );
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
      {...{ lines, filter, onFilter, live: !over }}
      {...(choose ? { nodes: keys } : {})}
      onDownload={() => void download()}
      gap={hasMore && <Gap over={over} reading={isReading} more={more} />}
      instead={
        isLoading ? (
          <Loading label="Loading the logs" />
        ) : error && lines.length === 0 ? (
          <ProblemPanel error={error} onRetry={retry} />
        ) : lines.length === 0 ? (
          <Empty icon={ScrollText} title="No log lines">
            {over ? 'Nothing was logged.' : 'They come as nodes do their work.'}
          </Empty>
        ) : undefined
      }
    />
  );
}

const Gap = ({ over, reading, more }: { over: boolean; reading: boolean; more: () => void }) => (
  <>
    {over ? 'More lines follow.' : 'Lines are missing between those that were read and those that are heard now.'}
    <Button busy={reading} onClick={more}>
      Read on
    </Button>
  </>
);
