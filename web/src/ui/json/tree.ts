import { isArtifactRef, isObject, type Json } from '../../../../core/json.js';

/** What a JSON value looks like as rows of a tree. Pure; only what is open is walked. */

export interface JsonRow {
  /** RFC 6901; names the row. */
  pointer: string;
  /** As an expression reads it: `nodes.web.output.body[0]`. */
  path: string;
  depth: number;
  /** Null: the whole value. */
  name: string | number | null;
  value: Json;
  kind: 'leaf' | 'branch' | 'artifact' | 'more';
  /** Of a branch: its fields or items; of `more`: those that are not shown. */
  size: number;
  open: boolean;
}
export interface TreeState {
  /** What the reader has opened and closed, by pointer. */
  toggled: ReadonlyMap<string, boolean>;
  /** How many children of a branch are shown, where it is more than PAGE. */
  shown: ReadonlyMap<string, number>;
}
/** So many children of a branch are drawn at first, and more with each wish for more. */
export const PAGE = 200;
/** Branches of no more children than this are open at first, down to OPEN_DEPTH. */
const OPEN_SIZE = 40;
const OPEN_DEPTH = 2;

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** How an expression reads a field of what stands at `path`. */
export function step(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`;
  if (!IDENTIFIER.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

export const isBranch = (value: Json): boolean =>
  !isArtifactRef(value) && ((Array.isArray(value) && value.length > 0) || sizeOf(value) > 0);
export const sizeOf = (value: Json): number =>
  Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;

export function childrenOf(value: Json): [name: string | number, value: Json][] {
  if (Array.isArray(value)) return value.map((each, index) => [index, each]);
  return isObject(value) ? Object.entries(value) : [];
}

export const isOpenAtFirst = (value: Json, depth: number): boolean => depth < OPEN_DEPTH && sizeOf(value) <= OPEN_SIZE;

export function rowsOf(value: Json, state: TreeState, base = ''): JsonRow[] {
  const rows: JsonRow[] = [];
  add(value, { pointer: '', path: base, depth: 0, name: null });
  return rows;

  function add(each: Json, at: Pick<JsonRow, 'pointer' | 'path' | 'depth' | 'name'>): void {
    const branch = isBranch(each);
    const { pointer, path, depth } = at;
    // The whole is open unless it was closed: nobody looks at a value to see that it is one.
    const open = branch && (state.toggled.get(pointer) ?? (depth === 0 || isOpenAtFirst(each, depth)));
    const kind = branch ? 'branch' : isArtifactRef(each) ? 'artifact' : 'leaf';
    rows.push({ ...at, value: each, kind, size: sizeOf(each), open });
    if (!open) return;
    const most = state.shown.get(pointer) ?? PAGE;
    const children = childrenOf(each);
    for (const [name, child] of children.slice(0, most))
      add(child, {
        ...{ pointer: `${pointer}/${escaped(String(name))}`, path: step(path, name) },
        ...{ depth: depth + 1, name },
      });
    if (children.length > most)
      rows.push({
        ...{ pointer: `${pointer}/…`, path, depth: depth + 1, name: null, value: null },
        ...{ kind: 'more', size: children.length - most, open: false },
      });
  }
}

/** No more places are found than this. */
export const MOST_FOUND = 1000;

/** Pointers of the names and plain values that hold the text, whatever its case, in the order of the tree. */
export function placesOf(value: Json, text: string): string[] {
  const wanted = text.toLowerCase();
  const found: string[] = [];
  if (wanted !== '') visit(value, '', null);
  return found;

  function visit(each: Json, pointer: string, name: string | number | null): void {
    if (found.length === MOST_FOUND) return;
    const own = typeof name === 'string' ? name.toLowerCase() : '';
    const plain = each === null || typeof each !== 'object' ? String(each).toLowerCase() : '';
    if (own.includes(wanted) || plain.includes(wanted)) found.push(pointer);
    for (const [under, child] of childrenOf(each)) visit(child, `${pointer}/${escaped(String(under))}`, under);
  }
}

/** The state in which the place can be seen: all that it lies in is open, and far enough. */
export function reveal(value: Json, state: TreeState, pointer: string): TreeState {
  const toggled = new Map(state.toggled);
  const shown = new Map(state.shown);
  let here = value;
  let at = '';
  for (const part of pointer.split('/').slice(1)) {
    toggled.set(at, true);
    const children = childrenOf(here);
    const index = children.findIndex(([name]) => escaped(String(name)) === part);
    if (index < 0) break;
    if (index >= (shown.get(at) ?? PAGE)) shown.set(at, Math.ceil((index + 1) / PAGE) * PAGE);
    here = children[index]![1];
    at += `/${part}`;
  }
  return { toggled, shown };
}

/** One line for a closed branch: `{ id: 7, name: "Ann", … }`. */
export function inBrief(value: Json, most = 60): string {
  if (!isBranch(value)) return JSON.stringify(value) ?? '';
  const parts: string[] = [];
  let length = 0;
  for (const [name, child] of childrenOf(value)) {
    const held = isBranch(child) ? (Array.isArray(child) ? '[…]' : '{…}') : clipped(JSON.stringify(child), 24);
    const part = typeof name === 'number' ? held : `${name}: ${held}`;
    length += part.length + 2;
    if (length > most && parts.length > 0) {
      parts.push('…');
      break;
    }
    parts.push(part);
  }
  const all = parts.join(', ');
  return Array.isArray(value) ? `[${all}]` : `{ ${all} }`;
}

const clipped = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
