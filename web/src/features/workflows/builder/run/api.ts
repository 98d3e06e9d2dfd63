import { queryOptions } from '@tanstack/react-query';
import type { Json, JsonObject, JsonSchema } from '../../../../../../core/json.js';
import { isObject } from '../../../../../../core/json.js';
import { api, ok } from '../../../../lib/api/client.js';
import { readSpec } from '../model/index.js';

/** Which version a run is of: the newest, one by its number, or what an alias leads to. */
export type Choice = { of: 'newest' } | { of: 'version'; version: number } | { of: 'alias'; alias: string };
export const choiceOf = (text: string): Choice => {
  if (text.startsWith('@')) return { of: 'alias', alias: text.slice(1) };
  return text === '' ? { of: 'newest' } : { of: 'version', version: Number(text) };
};
export const choiceText = (choice: Choice): string =>
  choice.of === 'alias' ? `@${choice.alias}` : choice.of === 'version' ? String(choice.version) : '';

/** How the API is told: the reference in the path, and the version in the body. */
export const referenceOf = (name: string, choice: Choice): { id: string; version?: number } => ({
  id: choice.of === 'alias' ? `${name}@${choice.alias}` : name,
  ...(choice.of === 'version' ? { version: choice.version } : {}),
});

export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: ['workflow', name, 'versions', 'some'],
    staleTime: 30_000,
    queryFn: () =>
      ok(api.GET('/api/v1/workflows/{id}/versions', { params: { path: { id: name }, query: { limit: 50 } } })),
  });

export const aliasesQuery = (name: string) =>
  queryOptions({
    queryKey: ['workflow', name, 'aliases'],
    staleTime: 30_000,
    queryFn: () =>
      ok(api.GET('/api/v1/workflows/{name}/aliases', { params: { path: { name }, query: { limit: 50 } } })),
  });

/** The input schema of what would run; undefined: it says nothing of its input. */
export const inputSchemaQuery = (name: string, choice: Choice) =>
  queryOptions({
    queryKey: ['workflow', name, 'input', choiceText(choice)],
    staleTime: 30_000,
    queryFn: async (): Promise<{ version: number; schema: JsonSchema | null }> => {
      const { id, version } = referenceOf(name, choice);
      const found = await ok(
        api.GET('/api/v1/workflows/{id}', {
          params: { path: { id }, query: version === undefined ? {} : { version } },
        }),
      );
      const { value } = readSpec(found.spec);
      const schema = isObject(value) ? value['input'] : undefined;
      return { version: found.version, schema: isObject(schema) ? schema : null };
    },
  });

/** What a run with this input would do, by the server. Its cost is null as long as there are no prices. */
export const forecastQuery = (name: string, choice: Choice, input: Json) =>
  queryOptions({
    queryKey: ['workflow', name, 'forecast', choiceText(choice), JSON.stringify(input)],
    staleTime: 60_000,
    retry: false,
    queryFn: () => {
      const { id, ...version } = referenceOf(name, choice);
      return ok(
        api.POST('/api/v1/workflows/{id}/dry_run', {
          params: { path: { id } },
          body: { input, metadata: {}, ...version },
        }),
      );
    },
  });

export interface Start {
  name: string;
  choice: Choice;
  input: Json;
  metadata: JsonObject;
  priority: number | undefined;
  /** The same for each try of the same start: a repeated one finds the run that it started. */
  key: string;
}

/** Starts a run. Throws Problem. */
export function startRun({ name, choice, input, metadata, priority, key }: Start) {
  const { id, ...version } = referenceOf(name, choice);
  const body = { input, metadata, ...version, ...(priority === undefined ? {} : { priority }) };
  return ok(
    api.POST('/api/v1/workflows/{id}/run', { params: { path: { id }, header: { 'Idempotency-Key': key } }, body }),
  );
}
