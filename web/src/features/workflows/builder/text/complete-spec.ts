import { isObject } from '../../../../../../core/json.js';
import { type Schema, schemasAt } from '../../../../../../core/spec/fields.js';
import { valueAt } from '../../../../../../core/spec/issues.js';
import { complete, type Suggestion } from '../expression/complete.js';
import { type Place, scopeAt } from '../expression/index.js';
import { readSpec, type SpecView } from '../model/index.js';
import { placeAt, type TextPlace } from './place.js';

export interface Completed {
  /** Offset where what is replaced begins. */
  from: number;
  suggestions: Suggestion[];
}

/** What may be written at the cursor: fields, their values, keys of nodes, and what expressions know. Pure; any text will do. */
export function completeSpec(text: string, offset: number): Completed | undefined {
  const whole = readSpec(text);
  const json = whole.format === 'json';
  const place = placeAt(text, offset, json);
  if (!place) return undefined;
  // What is being typed would only confuse the reader of the rest; within a string, its end must stay.
  const rest = readSpec(withoutTyped(text, place, offset));
  if (place.slot === 'key') return { from: place.from, suggestions: fields(place, rest, json) };
  return inExpression(place, whole.sound ? whole : rest) ?? { from: place.from, suggestions: values(place, rest) };
}

/** What a field is for; undefined where there is nothing to tell. */
export function describe(text: string, offset: number): { from: number; to: number; text: string } | undefined {
  const word = wordAt(text, offset);
  const view = readSpec(text);
  const place = word && placeAt(text, word.to, view.format === 'json');
  if (!word || place?.slot !== 'key') return undefined;
  const [schema] = schemasAt([...place.path, word.text], view.value);
  if (!schema) return undefined;
  const told = [typeOf(schema), schema.description].filter((part) => part !== undefined && part !== '').join('. ');
  return told === '' ? undefined : { from: word.from, to: word.to, text: told };
}

function wordAt(text: string, offset: number): { from: number; to: number; text: string } | undefined {
  const before = /[\w$-]*$/.exec(text.slice(0, offset))![0];
  const after = /^[\w$-]*/.exec(text.slice(offset))![0];
  return before + after === ''
    ? undefined
    : { from: offset - before.length, to: offset + after.length, text: before + after };
}

const withoutTyped = (text: string, { slot, from, typed }: TextPlace, offset: number): string =>
  slot === 'key' && typed === '' ? text : text.slice(0, from) + text.slice(offset);

function fields({ path }: TextPlace, { value }: SpecView, json: boolean): Suggestion[] {
  const holder = valueAt(value, path);
  const there = new Set(isObject(holder) ? Object.keys(holder) : []);
  const seen = new Map<string, Suggestion>();
  for (const schema of schemasAt(path, value))
    for (const [label, inner] of Object.entries(schema.properties ?? {})) {
      if (there.has(label) || seen.has(label)) continue;
      const { description } = inner;
      seen.set(label, {
        ...{ label, kind: 'field', detail: typeOf(inner), insert: json ? `"${label}": ` : `${label}: ` },
        ...(description === undefined ? {} : { info: description }),
      });
    }
  return [...seen.values()];
}

function values({ path }: TextPlace, { value, nodes }: SpecView): Suggestion[] {
  if (path[0] === 'edges' && path.length === 3 && (path[2] === 'from' || path[2] === 'to'))
    return nodes.map(({ key, type }) => ({ label: key, kind: 'name', detail: type }));
  const found = schemasAt(path, value).flatMap((schema): unknown[] => {
    if (schema.const !== undefined) return [schema.const];
    return schema.enum ?? (schema.type === 'boolean' ? [true, false] : []);
  });
  return [...new Set(found.map(String))].map((label) => ({ label, kind: 'word' }));
}

/** What has been typed of a string: in a `${ … }`, or in a condition, an expression is completed. */
function inExpression({ path, from, typed }: TextPlace, view: SpecView): Completed | undefined {
  const place = placeOf(path, view);
  const condition = path[0] === 'edges' && path[2] === 'condition';
  if (!place || !(condition || typed.includes('$'))) return undefined;
  const quote = /^["']/.exec(typed)?.[0].length ?? 0;
  const written = typed.slice(quote);
  const found = complete(written, written.length, condition ? 'cel' : 'template', scopeAt(view, place));
  return found && { from: from + quote + found.from, suggestions: found.suggestions };
}

function placeOf([list, index, ...rest]: (string | number)[], { nodes }: SpecView): Place | undefined {
  if (list === 'edges' && typeof index === 'number') return { in: 'edge', index };
  if (list === 'output') return { in: 'output' };
  if (list === 'limits') return { in: 'run' };
  const node = list === 'nodes' ? nodes.find((each) => each.index === index) : undefined;
  return node && { in: 'node', key: node.key, pointer: rest.map((step) => `/${step}`).join('') };
}

/** In a word or two; '' when it may be much. */
function typeOf({ type, enum: options, const: constant, anyOf, oneOf, $ref }: Schema): string {
  if (constant !== undefined) return JSON.stringify(constant);
  if (options) return options.map(String).join(' | ');
  if (typeof type === 'string') return type;
  if ($ref !== undefined) return $ref.endsWith('JsonSchema') ? 'JSON Schema' : '';
  return [...new Set([...(anyOf ?? []), ...(oneOf ?? [])].map(typeOf).filter(Boolean))].slice(0, 4).join(' | ');
}
