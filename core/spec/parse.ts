import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import type { Json } from '../json.js';
import { MAX_SPEC_BYTES } from '../limits.js';
import type { Problem, ProblemCode } from './problems.js';

export type SpecFormat = 'yaml' | 'json';
export interface Place {
  line: number;
  column: number;
}

/** A document with the places of its parts. */
export interface Parsed {
  value: Json;
  /** Where the value at the path stands; where its key stands, for `key`. */
  placeOf(path: readonly PropertyKey[], of?: 'value' | 'key'): Place;
  /** Where the character at `offset` of the string at the path stands, as far as the text tells. */
  placeInString(path: readonly PropertyKey[], offset: number): Place;
}

export type ParseResult = { ok: true; parsed: Parsed } | { ok: false; problems: Problem[] };

export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Reads YAML or JSON. JSON is read fast; its places are looked up only when something is to be said about them. */
export function parseSpec(text: string, format: SpecFormat): ParseResult {
  if (text.length > MAX_SPEC_BYTES) {
    return refused([
      {
        code: 'TOO_LARGE',
        message: `the text has ${text.length} characters; a spec may have ${MAX_SPEC_BYTES}`,
        ...atPlace({ line: 1, column: 1 }),
      },
    ]);
  }
  if (format === 'json') {
    try {
      const value = JSON.parse(text) as Json;
      // JSON.parse keeps the last of two equal keys without a word; YAML's reader tells.
      if (!mayRepeatKeys(text, value)) return { ok: true, parsed: lazily(value, () => located(text).parsed!) };
    } catch {
      // The YAML reader says where, and reads what is nearly JSON; but nearly is not good enough here.
      const { problems } = located(text);
      return refused(
        problems.length > 0
          ? problems
          : [{ code: 'SYNTAX', message: 'this is not JSON', ...atPlace({ line: 1, column: 1 }) }],
      );
    }
  }
  const { problems, parsed } = located(text);
  return problems.length > 0 ? refused(problems) : { ok: true, parsed: parsed! };
}

const refused = (problems: Problem[]): ParseResult => ({ ok: false, problems });
const atPlace = (place: Place): Place & { pointer: string } => ({ ...place, pointer: '' });

/** Counts `"…":` in the text against the keys of the value: fewer keys means that one was overwritten. */
function mayRepeatKeys(text: string, value: Json): boolean {
  const written = text.match(/"\s*:/g)?.length ?? 0;
  let kept = 0;
  const count = (part: Json): void => {
    if (Array.isArray(part)) part.forEach(count);
    else if (part !== null && typeof part === 'object') {
      const inner = Object.values(part);
      kept += inner.length;
      inner.forEach(count);
    }
  };
  count(value);
  return written > kept;
}

function lazily(value: Json, locate: () => Parsed): Parsed {
  let parsed: Parsed | undefined;
  const get = () => (parsed ??= locate());
  return {
    value,
    placeOf: (path, of) => get().placeOf(path, of),
    placeInString: (path, offset) => get().placeInString(path, offset),
  };
}

function located(text: string): { problems: Problem[]; parsed?: Parsed } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    prettyErrors: false,
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [...document.errors, ...document.warnings].map((error): Problem => {
    const code: ProblemCode = error.code === 'DUPLICATE_KEY' ? 'DUPLICATE_KEY' : 'SYNTAX';
    return { code, pointer: '', ...place(error.pos[0]), message: error.message.replace(/\s+at line[\s\S]*$/, '') };
  });
  if (problems.length > 0) return { problems };
  let value: Json;
  try {
    value = document.toJS({ maxAliasCount: 50 }) as Json;
  } catch (err) {
    return {
      problems: [
        {
          code: 'SYNTAX',
          message: err instanceof Error ? err.message : String(err),
          ...atPlace({ line: 1, column: 1 }),
        },
      ],
    };
  }
  return { problems, parsed: places(document, value, place, text) };
}

function places(document: Document, value: Json, place: (offset: number) => Place, text: string): Parsed {
  const nodeAt = (path: readonly PropertyKey[]): { node?: Node; key?: Node } => {
    let node = document.contents as Node | null;
    let key: Node | undefined;
    for (const part of path) {
      const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === part) : undefined;
      const child = pair
        ? (pair.value as Node | null)
        : isSeq(node)
          ? (node.items[Number(part)] as Node | undefined)
          : undefined;
      if (!child) return { ...(node ? { node } : {}), ...(key ? { key } : {}) };
      node = child;
      key = pair ? (pair.key as Node) : child;
    }
    return { ...(node ? { node } : {}), ...(key ? { key } : {}) };
  };
  return {
    value,
    placeOf(path, of = 'value') {
      const { node, key } = nodeAt(path);
      return place((of === 'key' ? key : node)?.range?.[0] ?? 0);
    },
    placeInString(path, offset) {
      const { node } = nodeAt(path);
      const start = node?.range?.[0] ?? 0;
      return place(isScalar(node) ? offsetInScalar(node, start, offset, text) : start);
    },
  };
}

/** Plain and quoted scalars on one line keep their characters in a row; a block scalar is told by its text's line. */
function offsetInScalar(scalar: Scalar, start: number, offset: number, text: string): number {
  const value = String(scalar.value);
  if (scalar.type === 'PLAIN') return start + offset;
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') {
    const inside = text.slice(start + 1, start + 1 + value.length);
    return inside === value ? start + 1 + offset : start;
  }
  const found = text.indexOf(value.slice(offset).split('\n')[0]!, start);
  return found === -1 ? start : found;
}
