import { isObject, type JsonSchema } from '../../../../../../core/json.js';
import { nameOf } from '../../../../ui/schema-form/shape.js';
import type { Mode } from './check.js';
import { FUNCTION_SIGNATURES, METHOD_SIGNATURES, type Signature } from './functions.js';
import { type ExpressionScope, pathOf, schemaAt } from './scope.js';

export interface Suggestion {
  label: string;
  kind: 'name' | 'field' | 'function' | 'method' | 'word';
  /** What follows the label in grey: a type, or a function's arguments. */
  detail?: string;
  info?: string;
  /** What is written, when it isn't the label; the cursor goes where `|` stands. */
  insert?: string;
  /** It takes the place of the dot before it, too. */
  overDot?: true;
}
export interface Completed {
  /** From here to the cursor stands what has been typed of it. */
  from: number;
  suggestions: Suggestion[];
}

const WORDS: Suggestion[] = ['true', 'false', 'null'].map((label) => ({ label, kind: 'word' }));
const ROOT_HELP: Record<string, string> = {
  input: 'What the run was started with',
  nodes: 'Nodes that have run by then, by their keys',
  run: 'The run itself: id, starter, metadata …',
  item: 'What the map is at',
  index: 'Its place, from 0',
};

/** What may be written at the cursor; undefined: nothing in particular. Pure. */
export function complete(text: string, cursor: number, mode: Mode, scope: ExpressionScope): Completed | undefined {
  const start = mode === 'cel' ? 0 : startOf(text, cursor);
  if (start === undefined) {
    const opened = /\$$/.test(text.slice(0, cursor)) && !text.slice(0, cursor).endsWith('$$');
    return opened
      ? { from: cursor - 1, suggestions: [{ label: '${ … }', kind: 'word', insert: '${ | }', info: 'An expression' }] }
      : undefined;
  }
  const before = text.slice(start, cursor);
  if (insideQuotes(before)) return undefined;
  const [, holder, typed = ''] = /((?:[A-Za-z_]\w*|\[[^\][]*\]|\s*\.\s*|\))*\.\s*)?([A-Za-z_]\w*)?$/.exec(before)!;
  const from = cursor - typed.length;
  const bound = boundIn(before, scope);
  if (holder === undefined) return { from, suggestions: [...roots(scope, bound), ...functions(), ...WORDS] };
  const path = pathOf(holder.replace(/\s*\.\s*$/, '').trim());
  const schema = path && schemaAt(scope, path, bound);
  if (path?.length === 1 && path[0] === 'nodes') return { from, suggestions: fieldsOf(schema, 'a node') };
  return { from, suggestions: [...fieldsOf(schema), ...methodsFor(schema)] };
}

function roots({ item }: ExpressionScope, bound: ReadonlyMap<string, JsonSchema>): Suggestion[] {
  const names = ['input', 'nodes', 'run', ...(item ? ['item', 'index'] : [])];
  return [
    ...[...bound].map(([label, schema]): Suggestion => ({ label, kind: 'name', detail: typeName(schema) })),
    ...names.map((label): Suggestion => ({ label, kind: 'name', info: ROOT_HELP[label]! })),
  ];
}

const functions = (): Suggestion[] => FUNCTION_SIGNATURES.map((each) => called(each, 'function'));
const called = ({ name, call, help }: Signature, kind: 'function' | 'method'): Suggestion => ({
  ...{ label: name, kind, detail: call, info: help },
  insert: call.startsWith('()') ? `${name}()` : `${name}(|)`,
});

function fieldsOf(schema: JsonSchema | undefined, detail?: string): Suggestion[] {
  const properties = isObject(schema?.['properties']) ? schema['properties'] : {};
  return Object.entries(properties).map(([label, inner]) => {
    const field = isObject(inner) ? inner : {};
    const help = field['description'];
    return {
      ...{ label, kind: 'field', detail: detail ?? typeName(field) },
      ...(typeof help === 'string' ? { info: help } : {}),
      // A name that CEL can't write after a dot is written in brackets, in the dot's place.
      ...(/^[A-Za-z_]\w*$/.test(label) ? {} : { insert: `["${label}"]`, overDot: true as const }),
    } satisfies Suggestion;
  });
}

function methodsFor(schema: JsonSchema | undefined): Suggestion[] {
  const type = schema?.['type'];
  const fits = ({ of = [] }: Signature): boolean => {
    if (typeof type !== 'string') return true;
    return of.some((holder) => holder === type);
  };
  return METHOD_SIGNATURES.filter(fits).map((each) => called(each, 'method'));
}

/** Of a schema, in one word. */
function typeName({ type, enum: values }: JsonSchema): string {
  if (Array.isArray(values)) return values.slice(0, 4).map(nameOf).join(' | ');
  return typeof type === 'string' ? type : Array.isArray(type) ? type.map(nameOf).join(' | ') : 'any';
}

/** Names that macros around the cursor have bound: in `input.items.map(x, x.` it is an item. */
function boundIn(before: string, scope: ExpressionScope): ReadonlyMap<string, JsonSchema> {
  const bound = new Map<string, JsonSchema>();
  const macro = /([A-Za-z_][\w.[\]"']*)\.(?:all|exists|exists_one|filter|map)\(\s*([A-Za-z_]\w*)\s*,/g;
  for (const [, list, name] of before.matchAll(macro)) {
    const path = pathOf(list!);
    const items = path && schemaAt(scope, path, bound)?.['items'];
    bound.set(name!, isObject(items) ? items : {});
  }
  return bound;
}

/** Where the expression begins that the cursor stands in; undefined: it stands in plain text. */
export function startOf(text: string, cursor: number): number | undefined {
  let start: number | undefined;
  let depth = 0;
  let quote = '';
  for (let at = 0; at < cursor; at++) {
    const char = text[at]!;
    if (start === undefined) {
      if (text.startsWith('$${', at)) at += 2;
      else if (text.startsWith('${', at)) start = at += 2;
      if (start !== undefined) at--;
      if (start !== undefined && start > cursor) return undefined;
    } else if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) [start, depth] = [undefined, 0];
  }
  return start;
}

function insideQuotes(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '') quote = char === '"' || char === "'" ? char : '';
    else if (char === '\\') at++;
    else if (char === quote) quote = '';
  }
  return quote !== '';
}
