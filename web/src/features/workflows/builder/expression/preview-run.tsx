import { queryOptions, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, ok } from '../../../../lib/api/client.js';
import { relativeTime } from '../../../../lib/time.js';
import { Field, Select, statusOf } from '../../../../ui/index.js';
import { useBuilder } from '../model/index.js';
import type { PastRun } from './preview.js';

/** By the name of a workflow, the run whose data its previews use. */
const usePicked = create<{ ids: ReadonlyMap<string, string> }>(() => ({ ids: new Map() }));

const pick = (workflow: string, id: string): void =>
  usePicked.setState(({ ids }) => {
    const next = new Map(ids);
    if (id === '') next.delete(workflow);
    else next.set(workflow, id);
    return { ids: next };
  });

/** What is worked on: as it is saved, whatever it is to be called next. */
const useName = (): string => useBuilder(({ view, saved }) => saved?.name ?? view.name);

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
  const name = useName();
  const id = usePicked(({ ids }) => ids.get(name));
  const { data } = useQuery({ ...runQuery(id ?? ''), enabled: id !== undefined });
  return id === undefined ? undefined : (data as PastRun | undefined);
}

/** Picks the run whose data the expressions are shown with. */
export function PreviewRunPicker() {
  const name = useName();
  const id = usePicked(({ ids }) => ids.get(name));
  const { data } = useQuery(recentRunsQuery(name));
  const runs = data?.items ?? [];
  if (runs.length === 0) return null;
  return (
    <Field label="Preview expressions with the data of">
      {(control) => (
        <Select {...control} value={id ?? ''} onChange={({ target }) => pick(name, target.value)}>
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
