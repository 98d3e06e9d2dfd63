/** A summary made by counting: the same input gives the same words. */
export interface Summary {
  text: string;
  data: { kind: 'records' | 'text'; count: number; fields?: FieldSummary[]; keywords?: string[] };
}

export type FieldSummary =
  | { field: string; kind: 'number'; min: number; max: number; mean: number; lowest: string; highest: string }
  | { field: string; kind: 'category'; values: { value: string; count: number }[] };

type Row = Record<string, unknown>;

const MAX_CATEGORIES = 12;
const MAX_KEYWORDS = 8;
const STOP_WORDS = new Set(
  'about above after again also and any are because been before being between both but can could did does each else for from had has have here how into its more most not now off once one only other our out over own same should some such than that the their them then there these they this those through too two under until very was were what when where which while who why will with would you your'.split(
    ' ',
  ),
);

export function summariseRecords(rows: Row[]): Summary {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const nameOf = (row: Row) => show(row['name'] ?? row['title'] ?? row['id'] ?? Object.values(row)[0] ?? '');
  const fields = names.flatMap((field) => summariseField(field, rows, nameOf) ?? []);
  const sentences = fields.map((field) =>
    field.kind === 'number'
      ? `${field.field} runs from ${field.min} (${field.lowest}) to ${field.max} (${field.highest}), ${field.mean} on average.`
      : `${field.field}: ${field.values.map(({ value, count }) => `${value} ${count}`).join(', ')}.`,
  );
  const text = [`${rows.length} records.`, ...sentences].join(' ');
  return { text, data: { kind: 'records', count: rows.length, fields } };
}

function summariseField(field: string, rows: Row[], nameOf: (row: Row) => string): FieldSummary | undefined {
  const having = rows.filter((row) => row[field] !== null && row[field] !== undefined);
  const numbers = having.filter((row): row is Row => typeof row[field] === 'number');
  if (numbers.length > 0 && numbers.length === having.length) {
    const sorted = numbers.toSorted((a, b) => Number(a[field]) - Number(b[field]));
    const [first, last] = [sorted[0]!, sorted.at(-1)!];
    const mean = numbers.reduce((sum, row) => sum + Number(row[field]), 0) / numbers.length;
    const [min, max] = [Number(first[field]), Number(last[field])];
    // A field with one value throughout says nothing about the records.
    if (min === max) return undefined;
    return { field, kind: 'number', min, max, mean: round(mean), lowest: nameOf(first), highest: nameOf(last) };
  }
  const counts = countBy(having.map((row) => show(row[field])));
  if (counts.length < 2 || counts.length > MAX_CATEGORIES || counts.length === having.length) return undefined;
  return { field, kind: 'category', values: counts.map(([value, count]) => ({ value, count })) };
}

/** Extractive: the keywords, and the sentence that holds most of them. */
export function summariseText(source: string): Summary {
  const words = source.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  const keywords = countBy(words.filter((word) => !STOP_WORDS.has(word)))
    .slice(0, MAX_KEYWORDS)
    .map(([word]) => word);
  const sentences = source.split(/(?<=[.!?])\s+/u).filter((sentence) => sentence.trim() !== '');
  const score = (sentence: string) => keywords.filter((word) => sentence.toLowerCase().includes(word)).length;
  const best = sentences.toSorted((a, b) => score(b) - score(a))[0] ?? '';
  return { text: best.trim(), data: { kind: 'text', count: words.length, keywords } };
}

/** Most frequent first; equals by name, so that the order never depends on the input's order. */
function countBy(values: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const round = (value: number) => Math.round(value * 100) / 100;
