import { isRunStatus, type ListedStatus } from './statuses.js';

/** What the address says of the list: a filtered list is a link. */
export interface RunsSearch {
  status?: string[] | undefined;
  /** `name:value`. */
  field?: string[] | undefined;
  workflow?: string | undefined;
  version?: number | undefined;
  q?: string | undefined;
  /** A preset, which moves with time, or a time. */
  since?: string | undefined;
  until?: string | undefined;
}

export const PRESETS = {
  '1h': { label: 'Last hour', ms: 3_600_000 },
  '24h': { label: 'Last 24 hours', ms: 86_400_000 },
  '7d': { label: 'Last 7 days', ms: 604_800_000 },
  '30d': { label: 'Last 30 days', ms: 2_592_000_000 },
} as const;
export type Preset = keyof typeof PRESETS;
export const isPreset = (text: string | undefined): text is Preset =>
  text !== undefined && Object.hasOwn(PRESETS, text);

const FIELD = /^[a-z][a-z0-9_]{0,62}:/;
export const isField = (text: string): boolean => FIELD.test(text);

/** What the API is asked; all but the status go for the counts as well. */
export interface CountQuery {
  workflow?: string;
  version?: number;
  since?: string;
  until?: string;
  field?: string[];
  q?: string;
}
export interface ListQuery extends CountQuery {
  status?: string;
}

export const statusesOf = ({ status = [] }: RunsSearch): ListedStatus[] => status.filter(isRunStatus);

/** What does not make sense is left out: a link that is half right still opens. */
export function countQueryOf(search: RunsSearch, now: number): CountQuery {
  const workflow = search.workflow?.trim();
  const q = search.q?.trim().slice(0, 200);
  const fields = (search.field ?? []).filter(isField);
  const since = timeOf(search.since, now);
  const until = timeOf(search.until, now);
  return {
    ...(workflow ? { workflow } : {}),
    // A version is one of a workflow.
    ...(workflow && search.version !== undefined ? { version: search.version } : {}),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(fields.length === 0 ? {} : { field: fields }),
    ...(q ? { q } : {}),
  };
}

export function listQueryOf(search: RunsSearch, now: number): ListQuery {
  const statuses = statusesOf(search);
  return { ...countQueryOf(search, now), ...(statuses.length === 0 ? {} : { status: statuses.join(',') }) };
}

function timeOf(text: string | undefined, now: number): string | undefined {
  if (isPreset(text)) return new Date(now - PRESETS[text].ms).toISOString();
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Without what says nothing, in one order: two of the same meaning are equal as text, and the address stays short. */
export function normal(search: RunsSearch): RunsSearch {
  const { status, field, workflow, version, q, since, until } = search;
  const list = (all: string[] | undefined) =>
    all && all.length > 0 ? { of: [...new Set(all)].toSorted() } : undefined;
  const [statuses, fields] = [list(status), list(field)];
  return {
    ...(statuses ? { status: statuses.of } : {}),
    ...(workflow ? { workflow } : {}),
    ...(workflow && version !== undefined ? { version } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(fields ? { field: fields.of } : {}),
    ...(q ? { q } : {}),
  };
}
export const keyOf = (search: RunsSearch): string => JSON.stringify(normal(search));
export const isFiltered = (search: RunsSearch): boolean => keyOf(search) !== '{}';

/** With the status, or without it when it was there. */
export function toggled(search: RunsSearch, status: ListedStatus): RunsSearch {
  const now = statusesOf(search);
  return { ...search, status: now.includes(status) ? now.filter((each) => each !== status) : [...now, status] };
}

/** Where only some of an address's parts are to change. */
export const changed = (search: RunsSearch, part: RunsSearch): RunsSearch => normal({ ...search, ...part });
