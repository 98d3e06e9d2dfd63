import { ListX } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { NodeView } from '../../../../../core/events/view.js';
import { useZone } from '../../../lib/time.js';
import { Empty, Input, Select, StatusMark, statusOf, Time, Took } from '../../../ui/index.js';
import { VirtualList, type VirtualListHandle } from '../../../ui/virtual-list.js';
import { lineOf, typeWords, whyIn } from '../graph/words.js';
import { useRunView } from '../live/index.js';
import css from './node-list.module.css';
import { countsOf, filtered } from './rows.js';

const ROW = 36;

/** The run's nodes in rows, in the plan's order: what the graph shows, for those who read, listen, or have very many. */
export function NodeList({
  runId,
  selected,
  onSelect,
}: {
  runId: string;
  selected: string | undefined;
  onSelect: (key: string) => void;
}) {
  const nodes = useRunView(runId, (view) => view.nodes);
  const [text, setText] = useState('');
  const [status, setStatus] = useState('');
  const [items, setItems] = useState(false);
  const counts = useMemo(() => countsOf(nodes?.values() ?? [], items), [nodes, items]);
  const rows = useMemo(() => filtered(nodes?.values() ?? [], { text, status, items }), [nodes, text, status, items]);
  const list = useRef<VirtualListHandle>(null);
  const [at, setAt] = useState(0);
  const move = (event: KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    list.current?.scrollTo(next);
    requestAnimationFrame(() => document.getElementById(rowId(rows[next]?.key ?? ''))?.focus());
  };
  return (
    <div className={css.page}>
      <div className={css.bar}>
        <Input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Filter by key, type or reason"
          aria-label="Filter nodes by key, type or reason"
        />
        <Select value={status} onChange={(event) => setStatus(event.target.value)} aria-label="State">
          <option value="">All states ({counts.all})</option>
          {[...counts.byStatus].map(([each, count]) => (
            <option key={each} value={each}>
              {statusOf(each).label} ({count})
            </option>
          ))}
        </Select>
        <label className={css.check}>
          <input type="checkbox" checked={items} onChange={(event) => setItems(event.target.checked)} /> Items of maps
        </label>
        <span className={css.count} role="status">
          {rows.length} of {counts.all} nodes
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty icon={ListX} title="No node is like that">
          Other words or another state may find some.
        </Empty>
      ) : (
        <div className={css.table} role="table" aria-label="Nodes" aria-rowcount={rows.length + 1}>
          <div role="rowgroup">
            <div className={css.head} role="row" aria-rowindex={1}>
              {['State', 'Node', 'Type', 'Attempts', 'Queued', 'Took', 'Why'].map((name) => (
                <span key={name} role="columnheader">
                  {name}
                </span>
              ))}
            </div>
          </div>
          <VirtualList
            role="rowgroup"
            className={css.rows}
            count={rows.length}
            rowHeight={ROW}
            handle={list}
            keyOf={(index) => rows[index]!.key}
            onKeyDown={move}
            row={(index) => (
              <Row
                node={rows[index]!}
                index={index}
                current={index === Math.min(at, rows.length - 1)}
                selected={rows[index]!.key === selected}
                onSelect={(key) => {
                  setAt(index);
                  onSelect(key);
                }}
              />
            )}
          />
        </div>
      )}
    </div>
  );
}

const rowId = (key: string): string => `node-row-${key}`;

interface RowProps {
  node: NodeView;
  index: number;
  current: boolean;
  selected: boolean;
  onSelect: (key: string) => void;
}

function Row({ node, index, current, selected, onSelect }: RowProps) {
  const { key, type, status, attempt, queued_at, started_at, finished_at } = node;
  const zone = useZone();
  const { text } = lineOf(node, 0, zone);
  const says =
    status === 'completed' || (status === 'running' && !node.items) || status === 'pending'
      ? whyIn(node.why ?? '', zone)
      : text;
  return (
    // By keyboard the node's button does the same.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      className={css.row}
      role="row"
      aria-rowindex={index + 2}
      data-selected={selected || undefined}
      onClick={() => onSelect(key)}
    >
      <span role="cell" className={css.state}>
        <StatusMark status={status} /> <span aria-hidden>{statusOf(status).label}</span>
      </span>
      <span role="cell" className={css.key}>
        <button
          id={rowId(key)}
          type="button"
          tabIndex={current ? 0 : -1}
          aria-current={selected || undefined}
          title={key}
          onClick={(event) => {
            event.stopPropagation();
            onSelect(key);
          }}
        >
          {key}
        </button>
      </span>
      <span role="cell">{typeWords(type)}</span>
      <span role="cell" className="num">
        {attempt || '–'}
      </span>
      <span role="cell">{queued_at ? <Time at={queued_at} /> : <span className="muted">–</span>}</span>
      <span role="cell">
        <Took from={started_at ?? queued_at} to={finished_at} />
      </span>
      <span role="cell" className={css.why} title={says}>
        {says}
      </span>
    </div>
  );
}
