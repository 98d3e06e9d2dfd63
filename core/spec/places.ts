import type { Json } from '../json.js';

export interface Place {
  line: number;
  column: number;
}

/** A document with the places of its parts. */
export interface Parsed {
  value: Json;
  /** Where the value at the path stands; where its key stands, for `key`. A path that leaves the document: where it left. */
  placeOf(path: readonly PropertyKey[], of?: 'value' | 'key'): Place;
  /** Where the character at `offset` of the string at the path stands. */
  placeInString(path: readonly PropertyKey[], offset: number): Place;
}

/** Where a part of the text stands, in characters from the text's beginning. Both readers make these. */
export interface Spot {
  start: number;
  end: number;
  /** Of the key, when the part is the value of one. */
  key?: number;
  /** A string, and how its text is written; an alias's text is its anchor's. */
  string?: { value: string; style: StringStyle; start: number; end: number };
  child(step: PropertyKey): Spot | undefined;
}
export type StringStyle = 'plain' | 'single' | 'double' | 'block';

export function placesIn(text: string, root: Spot): Pick<Parsed, 'placeOf' | 'placeInString'> {
  const lines = new Lines(text);
  const find = (path: readonly PropertyKey[]): Spot => {
    let spot = root;
    for (const step of path) {
      const child = spot.child(step);
      if (!child) break;
      spot = child;
    }
    return spot;
  };
  return {
    placeOf(path, of = 'value') {
      const { start, key } = find(path);
      return lines.placeOf(of === 'key' ? (key ?? start) : start);
    },
    placeInString(path, offset) {
      const spot = find(path);
      return lines.placeOf(spot.string ? offsetInText(text, spot.string, offset) : spot.start);
    },
  };
}

/** Turns offsets into lines and columns, both from 1. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  placeOf(offset: number): Place {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low]! + 1 };
  }
}

/**
 * Where the character at `offset` of a string stands in the text. However the string is written (quoted, folded, indented), what is
 * not blank stands in the text in the same order as in the value; so the blanks are left out of the count.
 */
function offsetInText(text: string, { value, style, start, end }: NonNullable<Spot['string']>, offset: number): number {
  let left = 0;
  for (let at = 0; at < Math.min(offset, value.length); at++) if (!isBlank(value[at]!)) left++;
  let at = style === 'plain' ? start : style === 'block' ? text.indexOf('\n', start) + 1 : start + 1;
  while (at < end) {
    const { length, units } = unitAt(text, at, style);
    if (units > left) break;
    left -= units;
    at += length;
  }
  return Math.min(at, Math.max(start, end - 1));
}

/** One written unit: how long it is in the text, and how many characters that are not blank it stands for. */
function unitAt(text: string, at: number, style: StringStyle): { length: number; units: number } {
  const char = text[at]!;
  if (style === 'single' && char === "'") return { length: 2, units: 1 };
  if (style !== 'double' || char !== '\\') return { length: 1, units: isBlank(char) ? 0 : 1 };
  const escape = text[at + 1] ?? '';
  const digits = { x: 2, u: 4, U: 8 }[escape];
  if (digits === undefined) return { length: 2, units: 'nrt \t\n\r'.includes(escape) ? 0 : 1 };
  const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
  const units = code > 0xffff ? 2 : isBlank(String.fromCharCode(code)) ? 0 : 1;
  return { length: 2 + digits, units };
}

const isBlank = (char: string): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r';
