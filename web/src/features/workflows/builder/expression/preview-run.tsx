import { queryOptions, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, ok } from '../../../../lib/api/client.js';
import { relativeTime } from '../../../../lib/time.js';
import { Field, Select, statusOf } from '../../../../ui/index.js';
import { useBuilder } from '../model/index.js';
import type { PastRun } from './preview.js';

/** The run whose data previews use; one for the whole builder. */
const usePicked = create<{ id: string | undefined }>(() => ({ id: undefined }));

export const recentRunsQuery = (workflow: string) =>
  queryOptions({
    queryKey: ['runs', 'recent', workflow],
    enabled: workflow !== '',
    staleTime: 30_000,
    queryFn: () => ok(api.GET('/api/v1/workflow_runs', { params: { query: { workflow, limit: 20 } } })),
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'view', id],
    staleTime: 30_000,
    queryFn: () => ok(api.GET('/api/v1/workflow_runs/{id}', { params: { path: { id } } })),
  });

/** Undefined: none was picked, or it is on its way. */
export function usePreviewRun(): PastRun | undefined {
  const id = usePicked((state) => state.id);
  const { data } = useQuery({ ...runQuery(id ?? ''), enabled: id !== undefined });
  return id === undefined ? undefined : (data as PastRun | undefined);
}

/** Picks the run whose data the expressions are shown with. */
export function PreviewRunPicker() {
  const name = useBuilder(({ view, saved }) => saved?.name ?? view.name);
  const id = usePicked((state) => state.id);
  const { data } = useQuery(recentRunsQuery(name));
  const runs = data?.items ?? [];
  if (runs.length === 0) return null;
  return (
    <Field label="Preview expressions with the data of">
      {(control) => (
        <Select
          {...control}
          value={id ?? ''}
          onChange={({ target }) => usePicked.setState({ id: target.value || undefined })}
        >
          <option value="">no run</option>
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {`${run.id.slice(-8)} · v${run.version} · ${statusOf(run.status).label} · ${relativeTime(run.created_at)}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
