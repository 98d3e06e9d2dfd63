import { useSearch } from '@tanstack/react-router';
import { ChartGantt } from 'lucide-react';
import { useMemo } from 'react';
import { Empty, Loading, useNow } from '../../../../ui/index.js';
import { isItem, type NodeCourse, useCourses, useLiveRun, usePlan, useRunView } from '../../live/index.js';
import { isOver } from '../actions/offers.js';
import { useOpenNode } from '../open-node.js';
import { criticalPath } from './critical-path.js';
import { Bars, type RowProps, useFullRow } from './row.js';
import { rowsOf } from './segments.js';
import { TimelineView } from './timeline-view.js';

const NO_COURSE: NodeCourse = { attempts: [], waits: [] };

/** When each node of a run waited and worked. */
export function TimelinePanel({ runId }: { runId: string }) {
  const { state } = useLiveRun(runId);
  const nodes = useRunView(runId, (view) => view.nodes);
  const status = useRunView(runId, (view) => view.run.status);
  const { byKey } = useCourses(runId);
  const plan = usePlan(runId);
  const { node: selected } = useSearch({ strict: false }) as { node?: string };
  const open = status !== undefined && !isOver(status);
  const now = useNow(open ? 250 : undefined);
  const openNode = useOpenNode();
  const rows = useMemo(
    () =>
      rowsOf(
        [...(nodes?.values() ?? [])].filter(({ key }) => !isItem(key)),
        (key) => byKey.get(key) ?? NO_COURSE,
      ),
    [nodes, byKey],
  );
  const critical = useMemo(
    () => (plan && nodes ? criticalPath(plan, (key) => nodes.get(key)) : new Set<string>()),
    [plan, nodes],
  );
  if (state === 'loading' || !nodes) return <Loading label="Loading the timeline" />;
  if (rows.length === 0)
    return (
      <Empty icon={ChartGantt} title="Nothing has begun yet">
        The nodes stand here as soon as a worker has the run.
      </Empty>
    );
  return (
    <TimelineView
      {...{ rows, now, open, critical, selected }}
      onOpen={openNode}
      bars={(props) => (
        <FullBars
          {...props}
          runId={runId}
          node={nodes.get(props.row.key)}
          course={byKey.get(props.row.key) ?? NO_COURSE}
        />
      )}
    />
  );
}

function FullBars({
  runId,
  node,
  course,
  ...props
}: RowProps & { runId: string; node: Parameters<typeof useFullRow>[2]; course: NodeCourse }) {
  const row = useFullRow(runId, props.row, node, course);
  return <Bars {...props} row={row} />;
}
