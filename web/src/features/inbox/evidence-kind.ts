import { type ArtifactRef, isArtifactRef, isObject, type Json } from '../../../../core/json.js';

/** How a value of a gate's evidence is best read. */
export type EvidenceKind =
  | { kind: 'nothing' }
  | { kind: 'text'; paragraphs: string[] }
  | { kind: 'link'; href: string }
  | { kind: 'scalar'; text: string }
  | { kind: 'artifact'; ref: ArtifactRef }
  | { kind: 'fields'; fields: [name: string, value: Json][] }
  | { kind: 'table'; columns: string[]; rows: { [name: string]: Json }[] }
  | { kind: 'list'; items: string[] }
  | { kind: 'tree'; value: Json };

const isScalar = (value: Json | undefined): boolean =>
  value === undefined || value === null || typeof value !== 'object';
const MOST_COLUMNS = 8;
const MOST_FIELDS = 20;

/** `depth`: how many objects lie around it. What is nested deeply, or wide, is read as a tree. */
export function kindOf(value: Json, depth = 0): EvidenceKind {
  if (value === null || value === '') return { kind: 'nothing' };
  if (typeof value === 'string') return ofText(value);
  if (typeof value !== 'object') return { kind: 'scalar', text: String(value) };
  if (isArtifactRef(value)) return { kind: 'artifact', ref: value };
  if (Array.isArray(value)) return ofList(value);
  const fields = Object.entries(value);
  if (fields.length === 0) return { kind: 'nothing' };
  return depth < 2 && fields.length <= MOST_FIELDS ? { kind: 'fields', fields } : { kind: 'tree', value };
}

function ofText(text: string): EvidenceKind {
  if (/^https?:\/\/\S+$/.test(text) && URL.canParse(text)) return { kind: 'link', href: text };
  return { kind: 'text', paragraphs: text.split(/\n\s*\n/).filter((part) => part.trim() !== '') };
}

function ofList(items: Json[]): EvidenceKind {
  if (items.length === 0) return { kind: 'nothing' };
  if (items.every(isScalar)) return { kind: 'list', items: items.map((item) => textOf(item)) };
  if (!items.every((item) => isObject(item) && !isArtifactRef(item))) return { kind: 'tree', value: items };
  const rows = items as { [name: string]: Json }[];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const flat = rows.every((row) => Object.values(row).every(isScalar));
  return flat && columns.length <= MOST_COLUMNS ? { kind: 'table', columns, rows } : { kind: 'tree', value: items };
}

export const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** `invoice_total` → `Invoice total`. */
export const labelOf = (name: string): string => {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words === '' ? name : words[0]!.toUpperCase() + words.slice(1);
};
