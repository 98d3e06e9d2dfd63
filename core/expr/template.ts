import type { Json } from '../json.js';

/**
 * A string of a template, taken apart: literal text, and expressions with the place of their text. A string that is exactly one
 * `${ … }` is `whole` and keeps its value's type.
 */
export interface Pieces {
  pieces: (string | { expression: string; start: number })[];
  whole: boolean;
  /** Where an expression begins that does not end: the string is no template then. */
  unclosed?: number;
}

const cache = new Map<string, Pieces>();
const CACHED = 10_000;

/** Undefined when the string holds no expression and no escape. */
export function piecesOf(text: string): Pieces | undefined {
  if (!text.includes('${')) return undefined;
  const known = cache.get(text);
  if (known) return known;
  const pieces = takeApart(text);
  if (cache.size >= CACHED) cache.clear();
  cache.set(text, pieces);
  return pieces;
}

/** `$${` stands for a literal `${`. Braces and quotes inside an expression are balanced. */
function takeApart(text: string): Pieces {
  const pieces: Pieces['pieces'] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = endOf(text, at + 2);
      if (end === -1) return { pieces: [], whole: false, unclosed: at };
      if (literal) pieces.push(literal);
      literal = '';
      pieces.push({ expression: text.slice(at + 2, end), start: at + 2 });
      at = end + 1;
    } else literal += text[at++]!;
  }
  if (literal) pieces.push(literal);
  return { pieces, whole: pieces.length === 1 && typeof pieces[0] === 'object' };
}

/** Where the } stands that closes an expression: not one in a string, a comment or a map. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' || char === "'") {
      const triple = text.startsWith(char.repeat(3), at);
      at = closingQuote(text, at + (triple ? 3 : 1), triple ? char.repeat(3) : char);
      if (at === -1) return -1;
    } else if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      if (end === -1) return -1;
      at = end;
    } else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) return at;
  }
  return -1;
}

/** Where the string's last quote stands. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at)) return at + quote.length - 1;
  }
  return -1;
}

/** A condition as a template. On a line of its own, since it may end in a comment. */
export const templateOf = (condition: string): string => `\${${condition}\n}`;

/** Every string of a template that is more than text, with its pointer. */
export function* stringsOf(template: Json, pointer = ''): Generator<Pieces & { pointer: string }> {
  if (typeof template === 'string') {
    const found = piecesOf(template);
    if (found) yield { ...found, pointer };
  } else if (Array.isArray(template)) {
    for (const [index, part] of template.entries()) yield* stringsOf(part, `${pointer}/${index}`);
  } else if (template !== null && typeof template === 'object') {
    for (const [name, part] of Object.entries(template)) yield* stringsOf(part, `${pointer}/${escapeStep(name)}`);
  }
}

export const escapeStep = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every expression of a template. */
export function* expressionsOf(template: Json): Generator<{ text: string; whole: boolean }> {
  for (const { pieces, whole } of stringsOf(template))
    for (const piece of pieces) if (typeof piece === 'object') yield { text: piece.expression, whole };
}
