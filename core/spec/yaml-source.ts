import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Json, JsonObject } from '../json.js';
import { MAX_SPEC_BYTES, MAX_SPEC_DEPTH } from '../limits.js';
import type { Spot, StringStyle } from './places.js';
import type { ProblemCode } from './problems.js';

/** Something wrong with the text, at an offset. */
export interface Flaw {
  code: ProblemCode;
  path: PropertyKey[];
  at: number;
  message: string;
}
export type YamlRead = { value: Json; root: Spot; flaws: Flaw[] } | { value: undefined; flaws: Flaw[] };

/** Reads one YAML document. A flaw that leaves no doubt about the value (a key that stands twice) does not stop the reading. */
export function readYaml(text: string): YamlRead {
  const parser = new Parser();
  const composer = new Composer({
    strict: true,
    uniqueKeys: false, // told below, with its path
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    prettyErrors: false,
  });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > MAX_SPEC_DEPTH + 3) return { value: undefined, flaws: [deep(parser.offset)] };
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  return new Reading(text, documents).read();
}

export const keyFlaw = (path: PropertyKey[], at: number, twice: boolean): Flaw =>
  twice
    ? { code: 'DUPLICATE_KEY', path, at, message: `the key ${String(path.at(-1))} stands twice here` }
    : { code: 'BAD_VALUE', path, at, message: 'no key may be called __proto__' };

const deep = (at: number): Flaw => ({
  code: 'TOO_DEEP',
  path: [],
  at,
  message: `values stand more than ${MAX_SPEC_DEPTH} deep inside one another`,
});

/** What an anchor stands for, and how much of it there is once all aliases in it are written out. */
interface Anchored {
  node: Node;
  value: Json;
  size: number;
  depth: number;
}

class Reading {
  private readonly text: string;
  private readonly documents: Document.Parsed[];
  private readonly flaws: Flaw[] = [];
  private readonly anchors = new Map<string, Anchored | 'open'>();
  /** The node that each alias stands for: the last one of that name before it. */
  private readonly meant = new Map<Alias, Node>();
  private readonly children = new WeakMap<YAMLMap, Map<string, Spot>>();
  private readonly path: PropertyKey[] = [];
  /** Characters so far, about as many as the document has as JSON, aliases written out. */
  private size = 0;
  private depth = 0;

  constructor(text: string, documents: Document.Parsed[]) {
    this.text = text;
    this.documents = documents;
  }

  read(): YamlRead {
    const [document, second] = this.documents;
    for (const { pos, message } of [...document!.errors, ...document!.warnings])
      this.flaws.push({ code: 'SYNTAX', path: [], at: Math.min(pos[0], this.text.length), message });
    if (second)
      this.flaws.push({ code: 'SYNTAX', path: [], at: second.range[0], message: 'a second document begins here' });
    if (this.flaws.length > 0) return { value: undefined, flaws: this.flaws };
    const value = this.valueOf(document!.contents);
    const readable = this.flaws.every(({ code }) => READABLE.has(code));
    if (!readable) return { value: undefined, flaws: this.flaws };
    return { value, root: this.spotOf(document!.contents), flaws: this.flaws };
  }

  private flaw(code: ProblemCode, at: number, message: string): null {
    this.flaws.push({ code, path: [...this.path], at, message });
    return null;
  }

  private valueOf(node: Node | null): Json {
    this.size += isScalar(node) ? lengthOf(node) + 1 : 2;
    this.depth = Math.max(this.depth, this.path.length);
    if (this.path.length > MAX_SPEC_DEPTH) {
      this.flaws.push(deep(startOf(node)));
      return null;
    }
    if (!node) return null;
    if (isAlias(node)) return this.aliased(node);
    const { anchor } = node as { anchor?: string };
    if (anchor === undefined) return this.plainValue(node);
    const before = { size: this.size, depth: this.depth };
    this.anchors.set(anchor, 'open');
    this.depth = this.path.length;
    const value = this.plainValue(node);
    this.anchors.set(anchor, {
      node,
      value,
      size: this.size - before.size,
      depth: this.depth - this.path.length,
    });
    this.depth = Math.max(this.depth, before.depth);
    return value;
  }

  private plainValue(node: Node): Json {
    if (isMap(node)) return this.mapValue(node);
    if (isSeq(node)) return node.items.map((item, index) => this.inside(index, item as Node | null));
    const { value } = node as Scalar;
    if (typeof value === 'number' && !Number.isFinite(value))
      return this.flaw('WRONG_TYPE', startOf(node), `${value} is not a number that JSON has`);
    return value as Json;
  }

  private mapValue(map: YAMLMap): JsonObject {
    const object: JsonObject = {};
    for (const { key, value } of map.items) {
      const name = nameOf(key);
      this.size += name.length + 2;
      const twice = Object.hasOwn(object, name);
      if (twice || name === '__proto__') this.flaws.push(keyFlaw([...this.path, name], startOf(key as Node), twice));
      const inner = this.inside(name, value as Node | null);
      if (name === '__proto__') Object.defineProperty(object, name, { value: inner, ...OWN });
      else object[name] = inner;
    }
    return object;
  }

  private inside(step: PropertyKey, node: Node | null): Json {
    this.path.push(step);
    const value = this.valueOf(node);
    this.path.pop();
    return value;
  }

  private aliased(alias: Alias): Json {
    const found = this.anchors.get(alias.source);
    const at = startOf(alias);
    if (found === undefined) return this.flaw('SYNTAX', at, `there is no anchor &${alias.source} before this`);
    if (found === 'open') return this.flaw('SYNTAX', at, `the alias *${alias.source} stands inside what it stands for`);
    this.meant.set(alias, found.node);
    this.size += found.size;
    this.depth = Math.max(this.depth, this.path.length + found.depth);
    if (this.depth > MAX_SPEC_DEPTH) {
      this.flaws.push(deep(at));
      this.depth = 0;
      return null;
    }
    const grown = this.size > MAX_SPEC_BYTES && this.size - found.size <= MAX_SPEC_BYTES;
    if (grown)
      return this.flaw('TEXT_TOO_LARGE', at, 'with its aliases written out, the text is larger than a spec may be');
    return found.value;
  }

  private spotOf(node: Node | null): Spot {
    const [start, end] = node?.range ?? [0, 0];
    const inner = isAlias(node) ? this.meant.get(node)! : node;
    return {
      start,
      end,
      ...(isScalar(inner) && typeof inner.value === 'string' ? { string: stringOf(inner, inner.value) } : {}),
      child: (step) => this.childOf(inner, step),
    };
  }

  private childOf(node: Node | null, step: PropertyKey): Spot | undefined {
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      return item === undefined ? undefined : this.spotOf(item as Node | null);
    }
    if (!isMap(node)) return undefined;
    let known = this.children.get(node);
    if (!known) {
      known = new Map();
      for (const { key, value } of node.items) {
        const at = startOf(key as Node);
        const spot = this.spotOf(value as Node | null);
        known.set(nameOf(key), value ? { ...spot, key: at } : { ...spot, start: at, key: at });
      }
      this.children.set(node, known);
    }
    return known.get(String(step));
  }
}

/** Flaws in spite of which there is a value to check. */
const READABLE: ReadonlySet<ProblemCode> = new Set(['DUPLICATE_KEY', 'WRONG_TYPE', 'BAD_VALUE']);
const OWN = { enumerable: true, configurable: true, writable: true } as const;
/** Keys are strings: the composer has refused what is none. */
const nameOf = (key: unknown): string => (isScalar(key) && typeof key.value === 'string' ? key.value : '');
const lengthOf = ({ range }: Node): number => (range ? range[1] - range[0] : 0);
const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

const STYLES: Record<string, StringStyle> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};
const stringOf = (scalar: Scalar, value: string): NonNullable<Spot['string']> => ({
  value,
  style: STYLES[scalar.type ?? 'PLAIN'] ?? 'plain',
  start: startOf(scalar),
  end: scalar.range?.[1] ?? startOf(scalar),
});
