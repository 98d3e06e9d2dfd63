import { Link, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { components } from '../../lib/api/schema.js';
import { Input, Select } from '../../ui/index.js';
import css from './list-bar.module.css';
import { type InboxSearch, SORTS, type Sort, sortOf, VIEWS, type View, viewOf } from './views.js';

type Counts = components['schemas']['GateCounts'];
const COUNTED: Partial<Record<View, keyof Counts>> = { mine: 'assigned', overdue: 'overdue', claimed: 'claimed' };

/** Which gates, in which order, with which words: all of it is in the address. */
export function ListBar({ search, counts }: { search: InboxSearch; counts: Counts | undefined }) {
  const navigate = useNavigate({ from: '/inbox' });
  const view = viewOf(search);
  return (
    <div className={css.bar}>
      <nav className={css.views} aria-label="Which gates">
        {Object.entries(VIEWS).map(([id, { label }]) => {
          const counted = COUNTED[id as View];
          const count = counted && counts?.[counted];
          return (
            <Link
              key={id}
              to="/inbox"
              search={{ show: id === 'mine' ? undefined : id, q: search.q }}
              className={css.view}
              data-here={id === view || undefined}
              aria-current={id === view ? 'page' : undefined}
              activeOptions={{ exact: true, includeSearch: true }}
            >
              {label}
              {count !== undefined && count > 0 && (
                <span className={css.count} data-late={id === 'overdue' || undefined}>
                  {count >= 1000 ? '1000+' : count}
                </span>
              )}
            </Link>
          );
        })}
      </nav>
      <div className={css.controls}>
        <Words q={search.q} />
        <Select
          aria-label="Order"
          className={css.sort}
          value={sortOf(search)}
          onChange={({ target }) =>
            void navigate({ search: (before) => ({ ...before, sort: target.value as Sort }), replace: true })
          }
        >
          {Object.entries(SORTS).map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      </div>
    </div>
  );
}

/** Asked once nobody types for a moment; what is typed is never overwritten by what the address said before. */
function Words({ q }: { q: string | undefined }) {
  const navigate = useNavigate({ from: '/inbox' });
  const [text, setText] = useState(q ?? '');
  const [sent, setSent] = useState(q ?? '');
  if ((q ?? '') !== sent) {
    setSent(q ?? '');
    setText(q ?? '');
  }
  useEffect(() => {
    if (text === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(text);
      void navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true });
    }, 300);
    return () => clearTimeout(timer);
  }, [text, sent, navigate]);
  return (
    <div className={css.words}>
      <Search size={14} aria-hidden />
      <Input
        type="search"
        aria-label="Search titles"
        placeholder="Search titles"
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}
