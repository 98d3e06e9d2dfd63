import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import { MAX_LOG_PAGE } from '../../../../../../core/limits.js';
import { api, ok } from '../../../../lib/api/client.js';
import { linesIn, type LogBlock, type LogWindow, reaches, withNewer } from './log-window.js';

/** Which lines the API is asked for. */
export interface LogsAsked {
  node?: string;
  /** The text to be found in them. */
  q?: string;
}
/** Read at once. */
const PAGES = 5;

interface Read {
  window: LogWindow;
  /** So many lines had been heard live before it was read: they are in it. */
  heard: number;
}
const NOTHING: Read = { window: [], heard: 0 };

/**
 * A run's stored log lines, from the newest back: `earlier` reads on before them. A change of `stamp` reads those that are newer than what
 * is known, for lines that were not heard live. `heard` is how many lines were heard until now.
 */
export function useLogWindow(runId: string, asked: LogsAsked, stamp: string, heard: number, enabled = true) {
  const client = useQueryClient();
  const queryKey = ['run-logs', runId, asked.node ?? null, asked.q ?? null];
  const known = () => client.getQueryData<Read>(queryKey) ?? NOTHING;
  const latest = useRef(heard);
  useEffect(() => void (latest.current = heard), [heard]);
  const { data, refetch, isPending, isFetching, error } = useQuery({
    queryKey,
    enabled,
    gcTime: 60_000,
    refetchOnMount: 'always',
    structuralSharing: false, // pages come before others; a line that was read stays the same object
    queryFn: async ({ signal }): Promise<Read> => {
      const before = latest.current;
      const fresh = await readNewer(runId, asked, known().window, signal);
      return { window: withNewer(known().window, fresh), heard: before }; // meanwhile earlier ones may have been read
    },
  });
  const {
    mutate: earlier,
    isPending: isReadingEarlier,
    error: failed,
  } = useMutation({
    mutationFn: (window: LogWindow) => readEarlier(runId, asked, window),
    onSuccess: (blocks, window) =>
      client.setQueryData<Read>(queryKey, (now) =>
        now && now.window[0] === window[0] ? { ...now, window: [...blocks, ...now.window] } : now,
      ),
  });
  const before = useRef(stamp);
  useEffect(() => {
    if (before.current !== stamp && enabled) void refetch();
    before.current = stamp;
  }, [stamp, enabled, refetch]);
  const { window, heard: upTo } = data ?? NOTHING;
  return {
    lines: useMemo(() => linesIn(window), [window]),
    /** There are lines before those that were read. */
    hasEarlier: window[0]?.earlier != null,
    /** So many lines were heard since. */
    heardSince: heard - upTo,
    isLoading: isPending && enabled,
    isReading: isFetching || isReadingEarlier,
    error: error ?? failed,
    retry: () => void refetch(),
    earlier: () => earlier(window),
  };
}

/** The newest first. */
async function readNewer(runId: string, asked: LogsAsked, known: LogWindow, signal: AbortSignal): Promise<LogBlock[]> {
  const fresh: LogBlock[] = [];
  do fresh.push(await readBlock(runId, asked, fresh.at(-1)?.earlier, signal));
  while (!reaches(fresh.at(-1)!, known) && fresh.length < PAGES);
  return fresh;
}

/** The oldest first. */
async function readEarlier(runId: string, asked: LogsAsked, known: LogWindow): Promise<LogBlock[]> {
  const before: LogBlock[] = [];
  for (let cursor = known[0]?.earlier; cursor != null && before.length < PAGES; cursor = before[0]!.earlier)
    before.unshift(await readBlock(runId, asked, cursor));
  return before;
}

async function readBlock(
  id: string,
  asked: LogsAsked,
  cursor: string | null | undefined,
  signal: AbortSignal | null = null,
): Promise<LogBlock> {
  const query = { limit: MAX_LOG_PAGE, order: 'desc' as const, ...asked, ...(cursor == null ? {} : { cursor }) };
  const { items, next_cursor } = await ok(
    api.GET('/api/v1/workflow_runs/{id}/logs', { params: { path: { id }, query }, signal }),
  );
  return { lines: items.toReversed(), earlier: next_cursor };
}

/** Every line there is, for a file. Throws Problem. */
export async function readAll(runId: string, asked: LogsAsked): Promise<LogLine[]> {
  const pages: LogBlock[] = [];
  do pages.push(await readBlock(runId, asked, pages.at(-1)?.earlier));
  while (pages.at(-1)!.earlier !== null);
  return linesIn(pages.toReversed());
}
