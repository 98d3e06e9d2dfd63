import { isObject, type Json, type JsonObject } from '../../../../core/json.js';

/** What an artifact can be shown as, by its media type; what it really holds may say less. */
export type PreviewKind = 'json' | 'text' | 'image' | 'none';

/** In bytes. Above it an artifact is only downloaded: a tab that parses more does not answer for seconds. */
export const MOST_PREVIEW: Record<PreviewKind, number> = {
  ...{ json: 8 * 1024 ** 2, text: 4 * 1024 ** 2, image: 32 * 1024 ** 2 },
  none: 0,
};
/** So much of a text is drawn. */
export const MOST_CHARS = 200_000;

export function previewKind(mediaType: string): PreviewKind {
  const [type = ''] = mediaType.toLowerCase().split(';');
  const plain = type.trim();
  if (/^application\/(?:[\w.-]+\+)?json$/.test(plain)) return 'json';
  if (/^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/.test(plain)) return 'image';
  if (plain.startsWith('text/') || /^application\/(?:xml|yaml|x-yaml|x-ndjson|javascript|[\w.-]+\+xml)$/.test(plain))
    return 'text';
  return 'none';
}

export interface JsonTable {
  columns: string[];
  rows: JsonObject[];
}
const MOST_COLUMNS = 40;
const SEEN_ROWS = 200;

/** The list as a table, when it is one of objects; their fields in the order in which they first come. Undefined: it is no table. */
export function tableOf(value: Json): JsonTable | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return undefined;
  const columns = new Set<string>();
  for (const row of value.slice(0, SEEN_ROWS)) for (const name of Object.keys(row)) columns.add(name);
  return columns.size === 0 ? undefined : { columns: [...columns].slice(0, MOST_COLUMNS), rows: value };
}
