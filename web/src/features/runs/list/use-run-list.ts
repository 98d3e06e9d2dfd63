import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { beginAnew, pollQuery, runsQuery } from './api.js';
import type { RunsSearch } from './filters.js';
import { pageAt, rowsOf } from './rows.js';

/** The list of a search: its rows, kept up to date in place, what is new, and ways to more of it. */
export function useRunList(search: RunsSearch) {
  const client = useQueryClient();
  const list = useInfiniteQuery(runsQuery(search));
  const [looked, setLooked] = useState(0);
  const pages = list.data?.pages;
  const rows = useMemo(() => rowsOf(pages ?? []), [pages]);
  const poll = useQuery(pollQuery(client, search, Math.min(looked, (pages?.length ?? 1) - 1), list.isSuccess));
  // Those that were new when it was read last, and have not been put in since.
  const known = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const fresh = (poll.data?.runs ?? []).filter(({ id }) => !known.has(id));

  const showFresh = (): void => {
    if (poll.data) beginAnew(client, search, poll.data.head);
    setLooked(0);
  };
  // Where there was nothing to read, nothing moves.
  const wasEmpty = list.isSuccess && rows.length === 0 && fresh.length > 0;
  return {
    list,
    rows,
    fresh: { count: wasEmpty ? 0 : fresh.length, more: poll.data?.more ?? false },
    wasEmpty,
    showFresh,
    /** Tells which rows are seen: those are kept up to date, and more are read before the last one is reached. */
    seen: (first: number, last: number): void => {
      setLooked(pageAt(pages ?? [], first));
      if (last > rows.length - 20 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
    },
  };
}
