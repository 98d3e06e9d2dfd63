import type { Json } from '../../../../../core/json.js';
import { CopyButton } from '../../../ui/copy.js';
import { StatusBadge } from '../../../ui/index.js';
import { JsonView } from '../../../ui/json-view.js';
import { isBranch } from '../../../ui/json/tree.js';
import css from './compare.module.css';
import { type Change, pathOf } from './rows.js';

/** Each place that differs, with both values beside each other. */
export function Changes({ changes, more }: { changes: readonly Change[]; more: number }) {
  return (
    <div className={css.changes}>
      {changes.map((change) => (
        <One key={change.pointer} change={change} />
      ))}
      {more > 0 && <p className="muted">and {more.toLocaleString('en')} more places that are not shown</p>}
    </div>
  );
}

function One({ change }: { change: Change }) {
  const { pointer, omitted = [] } = change;
  const path = pathOf(pointer);
  const value = (side: 'from' | 'to') => (
    <Value
      value={change[side] as Json | undefined}
      omitted={omitted.includes(side)}
      isStatus={pointer === '/status'}
      label={`${path}, ${side}`}
    />
  );
  return (
    <div className={css.change}>
      <p className={css.path}>
        <code>{path === '' ? 'all of it' : path}</code>
        <CopyButton text={() => path} label={`Copy ${path}`} className={css.copy} />
      </p>
      <div className={css.from}>{value('from')}</div>
      <div className={css.to}>{value('to')}</div>
    </div>
  );
}

function Value({
  value,
  omitted,
  isStatus,
  label,
}: {
  value: Json | undefined;
  omitted: boolean;
  isStatus: boolean;
  label: string;
}) {
  if (omitted) return <span className="muted">weighs too much to be shown here: open the run</span>;
  if (value === undefined) return <span className="muted">nothing</span>;
  if (isStatus && typeof value === 'string') return <StatusBadge status={value} />;
  if (isBranch(value) || (typeof value === 'object' && value !== null && '$artifact' in value))
    return <JsonView value={value} label={label} />;
  return <pre className={css.plain}>{typeof value === 'string' ? value : JSON.stringify(value)}</pre>;
}
