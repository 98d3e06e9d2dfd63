import type { Json, JsonObject } from '../json.js';
import { MAX_SPEC_DEPTH } from '../limits.js';

/**
 * Reads the YAML that people and tools mostly write, many times as fast as the library: mappings, lists, flow collections, scalars on one
 * line, literal blocks. Whatever else there may be (anchors, tags, folded text, errors, …) it leaves to the library by answering
 * undefined: what it answers, the library would answer, too.
 */
export function quickYaml(text: string): Json | undefined {
  if (/[\t\r\ufeff\u0085\u2028\u2029]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  try {
    return new QuickReader(text).document();
  } catch (err) {
    if (err instanceof Unsure) return undefined;
    throw err;
  }
}

/** Thrown where the text is not plainly what it seems. */
class Unsure extends Error {}

const KEY = /([A-Za-z_$][\w$./~-]*|"[^"\\\n]*"|'[^'\n]*'):(?=[ \n]|$)/y;
const DOUBLE = /"(?:[\n !#-[\]-\uffff]|\\["\\/bfnrt \n]|\\u[0-9a-fA-F]{4})*"/y;
const SINGLE = /'(?:[^'\n]|'')*'/y;
/** Of a plain scalar neither the first character nor a place in it may mean something else. */
const PLAIN = /(?:[^\s,[\]{}#&*!|>'"%@`:?-]|[:?-](?=[^\s,[\]{}]))(?: *(?:[^\s:#]|:(?=[^\s])|(?<=\S)#))*/y;
const PLAIN_IN_FLOW =
  /(?:[^\s,[\]{}#&*!|>'"%@`:?-]|[:?-](?=[^\s,[\]{}]))(?: *(?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#))*/y;
const REST_OF_LINE = /(?: +#[^\n]*| *)(?:\n|$)/y;
const LITERAL = /\|(-?)\n/y;
const NUMBER = /^[-+]?(?:\d+|\d+\.\d*|\.\d+|(?:\d+(?:\.\d*)?|\.\d+)[eE][-+]?\d+)$/;
const ODD_NUMBER = /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const WORDS = new Map<string, Json>([
  ...['null', 'Null', 'NULL', '~'].map((word): [string, Json] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, Json] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, Json] => [word, false]),
]);

class QuickReader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Json {
    const column = this.nextLine();
    const value = this.block(column);
    if (this.nextLine() !== -1) throw new Unsure();
    return value;
  }

  /** Goes to the first character of the next line that says something; answers its column, -1 at the end. Stands at a line's start. */
  private nextLine(): number {
    for (;;) {
      const start = this.at;
      let at = start;
      while (this.text[at] === ' ') at++;
      const char = this.text[at];
      if (char === undefined) return -1;
      if (char === '\n') this.at = at + 1;
      else if (char === '#') this.at = this.endOfLine(at) + 1;
      else {
        this.at = at;
        return at - start;
      }
    }
  }

  private endOfLine(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end === -1 ? this.text.length : end;
  }

  /** A mapping or a list whose first entry stands here, at this column. Ends at the start of the line after it. */
  private block(column: number): Json {
    if (++this.depth > MAX_SPEC_DEPTH) throw new Unsure();
    const value = this.startsItem() ? this.list(column) : this.mapping(column);
    this.depth--;
    return value;
  }

  private startsItem(): boolean {
    const after = this.text[this.at + 1];
    return this.text[this.at] === '-' && (after === ' ' || after === '\n' || after === undefined);
  }

  private mapping(column: number): JsonObject {
    const object: JsonObject = {};
    do {
      const key = this.match(KEY)?.slice(0, -1);
      if (key === undefined) throw new Unsure();
      const name = key.startsWith('"') || key.startsWith("'") ? key.slice(1, -1) : key;
      if (Object.hasOwn(object, name) || name === '__proto__') throw new Unsure();
      object[name] = this.entry(column, 'mapping');
    } while (this.goesOn(column));
    return object;
  }

  private list(column: number): Json[] {
    const items: Json[] = [];
    do {
      if (!this.startsItem()) throw new Unsure();
      this.at++;
      items.push(this.entry(column, 'list'));
    } while (this.goesOn(column, 'list'));
    return items;
  }

  /** Whether the next line has another entry of this column; a list also ends where its mapping goes on. */
  private goesOn(column: number, of?: 'list'): boolean {
    const before = this.at;
    const next = this.nextLine();
    if (next > column) throw new Unsure();
    if (next === column && (of === undefined || this.startsItem())) return true;
    this.at = before;
    return false;
  }

  /** What follows a key or a dash: on the same line, or in the lines below. */
  private entry(column: number, of: 'mapping' | 'list'): Json {
    const dash = this.at;
    while (this.text[this.at] === ' ') this.at++;
    const char = this.text[this.at];
    if (char === '\n' || char === undefined || char === '#') return this.below(column, of);
    if (of === 'list' && (this.startsItem() || this.looksAt(KEY))) return this.block(column + this.at - dash + 1);
    if (char === '|') return this.literal(column);
    const value = char === '{' || char === '[' ? this.flow(column) : this.scalar(PLAIN, column);
    if (this.match(REST_OF_LINE) === undefined) throw new Unsure();
    if (char !== '{' && char !== '[') this.endsHere(column);
    return value;
  }

  private below(column: number, of: 'mapping' | 'list'): Json {
    if (this.match(REST_OF_LINE) === undefined) throw new Unsure();
    const before = this.at;
    const next = this.nextLine();
    if (next > column || (next === column && of === 'mapping' && this.startsItem())) return this.block(next);
    this.at = before;
    return null;
  }

  /** A scalar goes on in lines that stand further in: that is for the library. */
  private endsHere(column: number): void {
    const before = this.at;
    if (this.nextLine() > column) throw new Unsure();
    this.at = before;
  }

  private literal(column: number): string {
    const header = this.match(LITERAL);
    if (header === undefined) throw new Unsure();
    const lines: string[] = [];
    const indent = this.indentAt(this.at);
    if (indent <= column) throw new Unsure();
    while (this.at < this.text.length) {
      const end = this.endOfLine(this.at);
      const line = this.text.slice(this.at, end);
      const blank = line.trim() === '';
      if (!blank && this.indentAt(this.at) < indent) break;
      if (blank && lines.length === 0) throw new Unsure();
      lines.push(line.slice(indent));
      this.at = end + 1;
    }
    while (lines.at(-1) === '') lines.pop();
    if (lines.length === 0 || lines.at(-1)!.trim() === '') throw new Unsure();
    return lines.join('\n') + (header === '|-\n' ? '' : '\n');
  }

  private indentAt(start: number): number {
    let at = start;
    while (this.text[at] === ' ') at++;
    return at - start;
  }

  private scalar(plain: RegExp, column: number): Json {
    const char = this.text[this.at];
    if (char === '"') {
      const written = this.match(DOUBLE);
      if (written === undefined) throw new Unsure();
      return JSON.parse(/[\n]|\\ /.test(written) ? unfolded(written, column) : written) as string;
    }
    if (char === "'") {
      const written = this.match(SINGLE);
      if (written === undefined) throw new Unsure();
      return written.slice(1, -1).replaceAll("''", "'");
    }
    const written = this.match(plain);
    if (written === undefined || ODD_NUMBER.test(written)) throw new Unsure();
    if (NUMBER.test(written)) return Number(written);
    return WORDS.has(written) ? WORDS.get(written)! : written;
  }

  private flow(column: number): Json {
    if (++this.depth > MAX_SPEC_DEPTH) throw new Unsure();
    const value = this.text[this.at] === '{' ? this.flowMapping(column) : this.flowList(column);
    this.depth--;
    return value;
  }

  private flowMapping(column: number): JsonObject {
    const object: JsonObject = {};
    this.flowItems('}', column, () => {
      const key = this.match(KEY)?.slice(0, -1);
      if (key === undefined) throw new Unsure();
      const name = key.startsWith('"') || key.startsWith("'") ? key.slice(1, -1) : key;
      if (Object.hasOwn(object, name) || name === '__proto__') throw new Unsure();
      this.flowBlanks(column);
      object[name] = this.flowValue(column);
    });
    return object;
  }

  private flowList(column: number): Json[] {
    const items: Json[] = [];
    this.flowItems(']', column, () => items.push(this.flowValue(column)));
    return items;
  }

  private flowValue(column: number): Json {
    const char = this.text[this.at];
    return char === '{' || char === '[' ? this.flow(column) : this.scalar(PLAIN_IN_FLOW, column);
  }

  private flowItems(close: string, column: number, item: () => void): void {
    this.at++;
    this.flowBlanks(column);
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.flowBlanks(column);
      const next = this.text[this.at++];
      if (next === close) return;
      if (next !== ',') throw new Unsure();
      this.flowBlanks(column);
    }
  }

  /** Blanks between the parts of a flow collection; its lines stand further in than what it belongs to. */
  private flowBlanks(column: number): void {
    while (this.text[this.at] === ' ') this.at++;
    if (this.text[this.at] !== '\n') return;
    this.at++;
    if (this.nextLine() <= column) throw new Unsure();
  }

  private looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

/**
 * A text in double quotes that was folded over lines, as JSON: a line break is a blank, several are one less, and none after a backslash.
 * Lines stand further in than what the text belongs to.
 */
function unfolded(written: string, column: number): string {
  const lines = written.split('\n');
  let text = lines[0]!;
  let breaks = 0;
  for (const line of lines.slice(1)) {
    breaks++;
    const part = line.trimStart();
    if (part === '') continue;
    if (line.length - part.length <= column) throw new Unsure();
    const goesOn = /(?<!\\)(?:\\\\)*\\$/.test(text);
    if (goesOn && breaks > 1) throw new Unsure();
    const before = goesOn ? text.slice(0, -1) : text.trimEnd();
    if (before === '"' || part === '"' || (!goesOn && before.endsWith('\\'))) throw new Unsure();
    text = before + (goesOn ? '' : breaks === 1 ? ' ' : '\\n'.repeat(breaks - 1)) + part;
    breaks = 0;
  }
  return text.replaceAll(/\\([^])/g, (escape, char: string) => (char === ' ' ? ' ' : escape));
}
