import { Link } from '@tanstack/react-router';
import { CircleHelp, Inbox, X } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import { create } from 'zustand';
import type { NodeView } from '../../../../../../core/events/view.js';
import type { Json } from '../../../../../../core/json.js';
import { ArtifactPreview } from '../../../../ui/artifact.js';
import { Button, Empty, Loading, StatusMark, type Tab, Tabs } from '../../../../ui/index.js';
import { JsonView } from '../../../../ui/json-view.js';
import { isItem, itemsOf, mapOf, useNode, usePlan, useRunView } from '../../live/index.js';
import { NodeActions } from '../actions/run-actions.js';
import { NodeLogs } from '../logs/logs-panel.js';
import { useOpenNode } from '../open-node.js';
import { artifactsIn } from './artifacts.js';
import { ErrorTab } from './error.js';
import { Items } from './items.js';
import css from './node.module.css';
import { NodeOverview } from './overview.js';

export interface NodePanelProps {
  runId: string;
  /** Of a map's item `key[index]`. */
  nodeKey: string;
  onClose?: () => void;
}

/** All that is known of one node, or of one item of a map. */
export function NodePanel({ runId, nodeKey, onClose }: NodePanelProps) {
  const node = useNode(runId, nodeKey);
  const ready = useRunView(runId, () => true) ?? false;
  const open = useOpenNode();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it, wherever in it the focus is
    <section className={css.node} aria-label={`Node ${nodeKey}`} onKeyDown={(event) => isWayOut(event) && onClose?.()}>
      <header className={css.header} data-item={isItem(nodeKey) || undefined}>
        {node && <StatusMark status={node.status} size={17} />}
        <div className={css.title}>
          <h2 title={nodeKey}>
            {isItem(nodeKey) ? (
              <>
                <button type="button" className={css.back} onClick={() => open(mapOf(nodeKey))}>
                  {mapOf(nodeKey)}
                </button>
                {nodeKey.slice(nodeKey.indexOf('['))}
              </>
            ) : (
              nodeKey
            )}
          </h2>
        </div>
        {onClose && (
          <Button look="quiet" icon={<X />} aria-label="Close the node" title="Close (Esc)" onClick={onClose} />
        )}
      </header>
      {node && (
        <div className={css.acts}>
          {node.type === 'human_gate' && node.status === 'waiting' && (
            <Link to="/inbox" search={{ run: runId, node: nodeKey }} className={css.decide}>
              <Inbox size={15} aria-hidden /> Decide
            </Link>
          )}
          <NodeActions runId={runId} nodeKey={nodeKey} />
        </div>
      )}
      {node ? (
        <NodeTabs {...{ runId, node, open }} />
      ) : ready ? (
        <Empty icon={CircleHelp} title={`There is no node ${nodeKey}`}>
          The run’s plan has none of this key, or not any more.
        </Empty>
      ) : (
        <Loading label="Loading the node" />
      )}
    </section>
  );
}

/** Escape, unless it was for what lies over the panel, or empties what was typed. */
const isWayOut = ({ key, target, defaultPrevented }: KeyboardEvent): boolean =>
  key === 'Escape' && !defaultPrevented && !(target instanceof HTMLInputElement && target.value !== '');

function NodeTabs({ runId, node, open }: { runId: string; node: NodeView; open: (key: string) => void }) {
  const { tab, setTab } = useTab();
  const planned = usePlan(runId)?.nodes.find(({ key }) => key === node.key);
  const { key, input, output, error } = node;
  const own = useItemInput(runId, node);
  const artifacts = useMemo(
    () => artifactsIn({ input, output, error: error as unknown as Json }),
    [input, output, error],
  );
  const tabs: Tab[] = [
    {
      id: 'overview',
      label: 'Overview',
      content: <NodeOverview {...{ runId, node, planned }} onError={() => setTab('error')} />,
    },
    ...(node.items ? [{ id: 'items', label: 'Items', content: <ItemsTab {...{ runId, node, open }} /> }] : []),
    {
      id: 'input',
      label: 'Input',
      content: <Value value={input ?? own} label={`Input of ${key}`} none="It had no input yet." />,
    },
    {
      ...{ id: 'output', label: 'Output' },
      content: (
        <Value value={output} label={`Output of ${key}`} path={`nodes.${key}.output`} none="It has no output yet." />
      ),
    },
    ...(error ? [{ id: 'error', label: 'Error', content: <ErrorTab error={error} nodeKey={key} /> }] : []),
    { id: 'logs', label: 'Logs', content: <NodeLogs key={key} runId={runId} nodeKey={key} /> },
    ...(artifacts.length > 0
      ? [{ id: 'artifacts', label: `Artifacts ${artifacts.length}`, content: <Artifacts found={artifacts} /> }]
      : []),
  ];
  const shown = tabs.some(({ id }) => id === tab) ? tab : 'overview';
  // Only the tab that is looked at is worth its work.
  const lazy = tabs.map((each) => (each.id === shown ? each : { ...each, content: null }));
  return (
    <div className={css.tabs}>
      <Tabs label={`Node ${key}`} tabs={lazy} value={shown} onChange={setTab} />
    </div>
  );
}

/** Who looks at the logs of one node wants to see those of the next. */
const useTab = create<{ tab: string; setTab: (tab: string) => void }>((set) => ({
  tab: 'overview',
  setTab: (tab) => set({ tab }),
}));

/** What an item of a map was made with is its place in the map's list. */
function useItemInput(runId: string, { key }: NodeView): Json {
  const list = useNode(runId, isItem(key) ? mapOf(key) : '')?.input;
  return Array.isArray(list) ? (list[Number(/\[(\d+)\]$/.exec(key)?.[1])] ?? null) : null;
}

function ItemsTab({ runId, node, open }: { runId: string; node: NodeView; open: (key: string) => void }) {
  const nodes = useRunView(runId, (view) => view.nodes);
  const items = useMemo(() => (nodes ? itemsOf({ nodes }, node.key) : []), [nodes, node.key]);
  return <Items items={items} total={node.items?.total ?? 0} onOpen={open} />;
}

function Value({ value, label, path = '', none }: { value: Json; label: string; path?: string; none: string }) {
  if (value === null) return <p className={css.none}>{none}</p>;
  return (
    <div className={css.fill}>
      <JsonView value={value} label={label} path={path} fill />
    </div>
  );
}

const Artifacts = ({ found }: { found: ReturnType<typeof artifactsIn> }) => (
  <ul className={`${css.panel} ${css.artifacts}`}>
    {found.map(({ path, artifact }) => (
      <li key={artifact.$artifact}>
        <p className={css.path}>
          <code>{path}</code>
        </p>
        <ArtifactPreview artifact={artifact} path={path} />
      </li>
    ))}
  </ul>
);
