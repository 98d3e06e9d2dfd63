import { clsx } from 'clsx';
import type { NodeView } from '../../../../../core/events/view.js';
import { itemsOf, useRunView } from '../live/index.js';
import css from './node.module.css';

/** How a map's items stand, each state with its share of the bar. The node's line says the same in words. */
export function ItemsBar({ runId, node }: { runId: string; node: NodeView }) {
  const { total, completed, failed } = node.items!;
  const working = useRunView(runId, (view) => itemsOf(view, node.key).filter(isAtWork).length) ?? 0;
  if (total === 0) return null;
  const parts = [
    ['good', completed],
    ['bad', failed],
    ['busy', working],
  ] as const;
  return (
    <div className={css.items} aria-hidden>
      {parts.map(([tone, count]) =>
        count === 0 ? null : (
          <span key={tone} className={clsx(css.part, css[`${tone}Part`])} style={{ flexGrow: count }} />
        ),
      )}
      <span className={css.part} style={{ flexGrow: total - completed - failed - working }} />
    </div>
  );
}

const isAtWork = ({ status }: NodeView): boolean => status === 'queued' || status === 'running';
