import { MAX_SPEC_DEPTH } from '../limits.js';
import type { Spot } from './places.js';

/** Reads JSON for its places: JSON.parse is faster, but tells neither where a value stands nor that a key stands twice. */
/** A key that stands twice in one object, or that no value may have. */
export interface KeyFlaw {
  path: PropertyKey[];
  at: number;
  twice: boolean;
}
export type JsonRead =
  | { ok: true; root: Spot; keys: KeyFlaw[] }
  | { ok: false; at: number; message: string; deep?: true };

export function readJson(text: string): JsonRead {
  const reader = new Reader(text);
  try {
    return { ok: true, root: reader.document(), keys: reader.keys };
  } catch (err) {
    if (!(err instanceof Unreadable)) throw err;
    return { ok: false, at: err.at, message: err.message, ...(err.deep ? { deep: true } : {}) };
  }
}

class Unreadable extends Error {
  readonly at: number;
  readonly deep: boolean;
  constructor(message: string, at: number, deep = false) {
    super(message);
    this.at = at;
    this.deep = deep;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
export const BYTE_ORDER_MARK = '\ufeff';
const BLANK = /[ \t\r\n]*/y;

class Reader {
  readonly keys: KeyFlaw[] = [];
  private readonly text: string;
  private readonly path: PropertyKey[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Spot {
    if (this.text.startsWith(BYTE_ORDER_MARK)) this.at++;
    this.blanks();
    const root = this.value();
    this.blanks();
    if (this.at < this.text.length) this.fail('the text goes on after the value');
    return root;
  }

  private value(): Spot {
    if (this.path.length > MAX_SPEC_DEPTH)
      throw new Unreadable(`values stand more than ${MAX_SPEC_DEPTH} deep inside one another`, this.at, true);
    const char = this.text[this.at];
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char === '"') return this.string();
    const start = this.at;
    if (this.match(NUMBER) === undefined && this.match(WORD) === undefined) this.fail('expected a value');
    return { start, end: this.at, child: none };
  }

  private object(): Spot {
    const start = this.at++;
    const children = new Map<string, Spot>();
    this.items('}', () => {
      if (this.text[this.at] !== '"') this.fail('expected a key in double quotes');
      const key = this.at;
      const name = this.string().string!.value;
      this.blanks();
      if (this.text[this.at] !== ':') this.fail('expected : after the key');
      this.at++;
      this.blanks();
      this.path.push(name);
      const twice = children.has(name);
      if (twice || name === '__proto__') this.keys.push({ path: [...this.path], at: key, twice });
      children.set(name, { ...this.value(), key });
      this.path.pop();
    });
    return { start, end: this.at, child: (step) => children.get(String(step)) };
  }

  private array(): Spot {
    const start = this.at++;
    const children: Spot[] = [];
    this.items(']', () => {
      this.path.push(children.length);
      children.push(this.value());
      this.path.pop();
    });
    return { start, end: this.at, child: (step) => children[Number(step)] };
  }

  /** What stands between brackets: nothing, or items with commas between them. */
  private items(close: string, item: () => void): void {
    this.blanks();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.blanks();
      const next = this.text[this.at];
      if (next !== ',' && next !== close) this.fail(`expected , or ${close}`);
      this.at++;
      if (next === close) return;
      this.blanks();
    }
  }

  private string(): Spot {
    const start = this.at;
    const written = this.match(STRING);
    if (written === undefined) this.failInString(start);
    const end = this.at;
    return { start, end, string: { value: JSON.parse(written) as string, style: 'double', start, end }, child: none };
  }

  private failInString(start: number): never {
    for (this.at = start + 1; this.at < this.text.length; this.at++) {
      const char = this.text[this.at]!;
      if (char === '"') break;
      if (char < ' ') this.fail('a line break, tab or other control character must be escaped in a string');
      if (char !== '\\') continue;
      if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.text.slice(this.at, this.at + 6)))
        this.fail('the string has an escape that JSON does not know');
      this.at++;
    }
    this.at = start;
    this.fail('the string has no closing "');
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private blanks(): void {
    this.match(BLANK);
  }

  private fail(message: string): never {
    const found = this.text[this.at];
    throw new Unreadable(`${message}; found ${found === undefined ? 'the end of the text' : found}`, this.at);
  }
}

const none = (): undefined => undefined;
