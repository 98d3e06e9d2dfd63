import { useMemo, useState } from 'react';
import type { NodeView } from '../../../../../../core/events/view.js';
import { Button, StatusMark, statusOf, Took } from '../../../../ui/index.js';
import { inBrief } from '../../../../ui/json/tree.js';
import { VirtualList } from '../../../../ui/virtual-list.js';
import { countsOf } from './counts.js';
import css from './items.module.css';

/** The items of a map: how many are in which state, and each of them. */
export function Items({
  items,
  total,
  onOpen,
}: {
  items: readonly NodeView[];
  total: number;
  onOpen: (key: string) => void;
}) {
  const [only, setOnly] = useState<string>();
  const counts = useMemo(() => countsOf(items), [items]);
  const shown = useMemo(
    () => (only === undefined ? items : items.filter(({ status }) => status === only)),
    [items, only],
  );
  return (
    <div className={css.items}>
      <div className={css.filters} role="group" aria-label="Items by state">
        <Button look="quiet" aria-pressed={only === undefined} onClick={() => setOnly(undefined)}>
          All <span className="num">{total.toLocaleString('en')}</span>
        </Button>
        {counts.map(([status, count]) => (
          <Button
            key={status}
            look="quiet"
            aria-pressed={only === status}
            icon={<StatusMark status={status} />}
            onClick={() => setOnly(status)}
          >
            {statusOf(status).label} <span className="num">{count.toLocaleString('en')}</span>
          </Button>
        ))}
      </div>
      <div className={css.share} aria-hidden>
        {counts.map(([status, count]) => (
          <span key={status} data-tone={statusOf(status).tone} style={{ flexGrow: count }} />
        ))}
      </div>
      {items.length < total && (
        <p className={css.note}>
          {(total - items.length).toLocaleString('en')} items of this map are walked by themselves and not shown one by
          one.
        </p>
      )}
      <VirtualList
        {...{ role: 'list', 'aria-label': 'Items', className: css.list ?? '' }}
        {...{ count: shown.length, rowHeight: 32 }}
        keyOf={(index) => shown[index]!.key}
        row={(index) => <Item item={shown[index]!} onOpen={onOpen} />}
      />
    </div>
  );
}

function Item({ item, onOpen }: { item: NodeView; onOpen: (key: string) => void }) {
  const { key, status, attempt, output, error, started_at, queued_at, finished_at } = item;
  return (
    <div role="listitem">
      <button type="button" className={css.item} onClick={() => onOpen(key)}>
        <StatusMark status={status} />
        <span className={css.key}>{key.slice(key.indexOf('['))}</span>
        <span className={css.brief} data-bad={error !== null || undefined}>
          {error ? `${error.code}: ${error.message}` : output === null ? '' : inBrief(output, 80)}
        </span>
        {attempt > 1 && <span className="muted num">#{attempt}</span>}
        <Took from={started_at ?? queued_at} to={finished_at} />
      </button>
    </div>
  );
}
