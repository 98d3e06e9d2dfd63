import { lazy, Suspense, useEffect, useRef } from 'react';
import { Loading, Tabs } from '../../../ui/index.js';
import { useOpener } from '../../../ui/opener.js';
import { useRunView } from '../live/index.js';
import { HistoryPanel, LogsPanel, NodePanel, RunOverview, TimelinePanel } from '../panels/index.js';
import { useNarrow } from './narrow.js';
import { NodeList } from './node-list.js';
import css from './run.module.css';
import { Sheet } from './sheet.js';
import { Split } from './split.js';

const RunGraph = lazy(() => import('../graph/graph.js').then(({ RunGraph: Graph }) => ({ default: Graph })));

export interface BodyProps {
  runId: string;
  node: string | undefined;
  tab: string | undefined;
  onSelect: (key: string | undefined) => void;
  onTab: (tab: string) => void;
}

/** The ways to look at a run, and beside them a node's panel, or the run's own where there is room for it. */
export function Body({ runId, node, tab, onSelect, onTab }: BodyProps) {
  const narrow = useNarrow();
  useGiveBack(node !== undefined);
  const many = useRunView(runId, ({ nodes }) => nodes.size > MANY) ?? false;
  const tabs = [
    ...(narrow ? [{ id: 'overview', label: 'Overview', content: <Overview runId={runId} /> }] : []),
    {
      id: 'graph',
      label: 'Graph',
      content: (
        <Suspense fallback={<Loading label="Loading the graph" />}>
          <RunGraph runId={runId} selected={node} onSelect={onSelect} />
        </Suspense>
      ),
    },
    { id: 'list', label: 'List', content: <NodeList runId={runId} selected={node} onSelect={onSelect} /> },
    { id: 'timeline', label: 'Timeline', content: <TimelinePanel runId={runId} /> },
    { id: 'logs', label: 'Logs', content: <LogsPanel runId={runId} /> },
    { id: 'history', label: 'History', content: <HistoryPanel runId={runId} /> },
  ];
  const first = many ? 'list' : narrow ? 'overview' : 'graph';
  const shown = tabs.some(({ id }) => id === tab) ? tab! : first;
  const main = <Tabs label="Ways to look at the run" tabs={tabs} value={shown} onChange={onTab} />;
  const close = (): void => onSelect(undefined);
  if (narrow)
    return (
      <div className={css.body}>
        {main}
        {node !== undefined && (
          <Sheet label={`Node ${node}`} onClose={close}>
            <NodePanel key={node} runId={runId} nodeKey={node} onClose={close} />
          </Sheet>
        )}
      </div>
    );
  return (
    <Split label="Width of the panel" main={main}>
      {node === undefined ? (
        <Overview runId={runId} />
      ) : (
        <NodePanel key={node} runId={runId} nodeKey={node} onClose={close} />
      )}
    </Split>
  );
}

/** When the node's panel closes with the focus in it, what it was opened from has it again. */
function useGiveBack(open: boolean): void {
  const giveBack = useOpener(open);
  const was = useRef(open);
  useEffect(() => {
    if (was.current && !open) giveBack();
    was.current = open;
  });
}

/** From here on rows tell more than a drawing. */
const MANY = 4000;

const Overview = ({ runId }: { runId: string }) => (
  <>
    <h2 className="sr-only">The run at a glance</h2>
    <RunOverview runId={runId} />
  </>
);
