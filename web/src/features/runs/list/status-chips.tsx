import { Link } from '@tanstack/react-router';
import type { components } from '../../../lib/api/schema.js';
import { statusOf, StatusMark } from '../../../ui/index.js';
import { normal, type RunsSearch, statusesOf, toggled } from './filters.js';
import { STATUSES } from './statuses.js';
import css from './status-chips.module.css';

type Counts = components['schemas']['RunCounts'];

/** Each status with how many there are of it: links, since a filtered list is an address. */
export function StatusChips({ search, counts }: { search: RunsSearch; counts: Counts | undefined }) {
  const chosen = statusesOf(search);
  return (
    <nav className={css.chips} aria-label="Statuses">
      <Link
        to="/runs"
        search={normal({ ...search, status: [] })}
        className={css.chip}
        data-on={chosen.length === 0 || undefined}
      >
        All
      </Link>
      {STATUSES.map((status) => {
        const count = counts?.counts[status];
        const on = chosen.includes(status);
        return (
          <Link
            key={status}
            to="/runs"
            search={normal(toggled(search, status))}
            className={css.chip}
            data-on={on || undefined}
            data-none={count === 0 || undefined}
            aria-label={labelOf(status, count, on)}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            <StatusMark status={status} size={14} />
            {statusOf(status).label}
            {count !== undefined && (
              <span className={css.count}>
                {count.toLocaleString('en')}
                {counts?.more.includes(status) && '+'}
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}

const labelOf = (status: string, count: number | undefined, on: boolean): string =>
  `${statusOf(status).label}${count === undefined ? '' : `, ${count}`}${on ? ', chosen' : ''}`;
