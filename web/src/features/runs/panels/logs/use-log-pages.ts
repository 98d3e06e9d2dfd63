import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import { api, ok } from '../../../../lib/api/client.js';

/** Which lines the API is asked for. */
export interface LogsAsked {
  node?: string;
  attempt?: number;
}
interface Page {
  /** With which it was asked for; undefined: the first. */
  cursor: string | undefined;
  items: LogLine[];
  next: string | null;
}
const PAGE_LINES = 1000;
/** Read without being asked for. */
const PAGES_AT_FIRST = 5;

/**
 * A run's stored log lines from the oldest on, page by page. `more` reads on; a change of `stamp` reads the end anew, for lines that were
 * not heard live. What was read once is not read again.
 */
export function useLogPages(runId: string, asked: LogsAsked, stamp: string) {
  const client = useQueryClient();
  const wanted = useRef(PAGES_AT_FIRST);
  const queryKey = ['run-logs', runId, asked.node ?? null, asked.attempt ?? null];
  const query = useQuery({
    queryKey,
    gcTime: 60_000,
    queryFn: ({ signal }) => readOn(runId, asked, client.getQueryData<Page[]>(queryKey) ?? [], wanted.current, signal),
  });
  const { refetch } = query;
  const before = useRef(stamp);
  useEffect(() => {
    if (before.current !== stamp) void refetch();
    before.current = stamp;
  }, [stamp, refetch]);
  const pages = query.data ?? [];
  return {
    pages,
    /** There are lines behind those that were read. */
    hasMore: pages.at(-1)?.next != null,
    isLoading: query.isPending,
    isReading: query.isFetching,
    error: query.error,
    retry: () => void refetch(),
    more: () => {
      wanted.current = pages.length + PAGES_AT_FIRST;
      void refetch();
    },
  };
}

/** The last page may have grown: it is read again, and what follows it. */
async function readOn(
  runId: string,
  asked: LogsAsked,
  known: readonly Page[],
  wanted: number,
  signal: AbortSignal,
): Promise<Page[]> {
  const pages = known.slice(0, -1);
  let cursor = known.at(-1)?.cursor;
  do {
    const page = await readPage(runId, asked, cursor, signal);
    pages.push(page);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && pages.length < wanted);
  return pages;
}

async function readPage(
  id: string,
  asked: LogsAsked,
  cursor: string | undefined,
  signal: AbortSignal | null = null,
): Promise<Page> {
  const query = { limit: PAGE_LINES, ...asked, ...(cursor === undefined ? {} : { cursor }) };
  const { items, next_cursor } = await ok(
    api.GET('/api/v1/workflow_runs/{id}/logs', { params: { path: { id }, query }, signal }),
  );
  return { cursor, items, next: next_cursor };
}

/** Every line there is, for a file. Throws Problem. */
export async function readAll(runId: string, asked: LogsAsked): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await readPage(runId, asked, cursor);
    for (const line of page.items) lines.push(line);
    if (page.next === null) return lines;
    cursor = page.next;
  }
}
