import { queryOptions } from '@tanstack/react-query';

/** Where Temporal's own interface shows a run: `GET /about`. Null: there is none, or this installation does not say. */
export const temporalWebQuery = queryOptions({
  queryKey: ['about', 'temporal_web'],
  staleTime: Infinity,
  queryFn: async (): Promise<string | null> => {
    const response = await fetch('/api/v1/about', { credentials: 'same-origin' }).catch(() => undefined);
    if (!response?.ok) return null; // the link is a help and nothing more
    const { temporal_web } = (await response.json()) as { temporal_web?: { run_url?: string | null } | null };
    return temporal_web?.run_url ?? null;
  },
});

/** The address of a run, of the form `https://…/workflows/{workflow_id}/{run_id}`; what is in braces is put in. Only http and https. */
export function temporalUrl(template: string, workflowId: string, runId: string): string | undefined {
  const url = template
    .replaceAll(/\{(?:workflow_id|workflowId|id)\}/g, encodeURIComponent(workflowId))
    .replaceAll(/\{(?:run_id|runId)\}/g, encodeURIComponent(runId));
  return /^https?:\/\//.test(url) ? url : undefined;
}
