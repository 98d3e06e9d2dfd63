import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';
import { formatOf, type Saved } from './model/index.js';

/** A version with its text: the newest, or the given one. `reference`: a name, or a version's id. */
export const workflowQuery = (reference: string, version?: number) =>
  queryOptions({
    queryKey: ['workflow', reference, version ?? 'newest'],
    queryFn: async (): Promise<Saved> => {
      const query = version === undefined ? {} : { version };
      const found = await ok(api.GET('/api/v1/workflows/{id}', { params: { path: { id: reference }, query } }));
      const { id, name, hash, spec } = found;
      return { id, name, version: found.version, hash, text: spec };
    },
    // What is edited is not changed under the hands; who comes again sees what is newest then.
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  });

/** The versions of a workflow, newest first: as many as one page has. */
export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: ['workflow', name, 'versions'],
    queryFn: async () => {
      const page = await ok(
        api.GET('/api/v1/workflows/{id}/versions', { params: { path: { id: name }, query: { limit: 100 } } }),
      );
      return page.items;
    },
    refetchInterval: 60_000,
  });

/**
 * Registers the text; other comments make a version, too. `isNew`: false when it is that of the newest version, which is the answer then. Throws Problem with
 * everything that the server's compiler has found.
 */
export async function saveWorkflow(text: string): Promise<{ saved: Saved; isNew: boolean }> {
  const type = formatOf(text) === 'json' ? 'application/json' : 'application/yaml';
  const { data, response } = await api.POST('/api/v1/workflows', {
    params: { query: { compare: 'text' } },
    body: text as never, // as it is: comments and all
    bodySerializer: (body: unknown) => body as string,
    headers: { 'content-type': type },
  });
  const { id, name, version, hash } = data!;
  return { saved: { id, name, version, hash, text }, isNew: response.status === 201 };
}
