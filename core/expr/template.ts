import { Fault } from '../fault.js';
import type { Json } from '../json.js';

/**
 * A string of a template, taken apart: literal text, and expressions with the place of their text. A string that is exactly one
 * `${ … }` is `whole` and keeps its value's type.
 */
export interface Pieces {
  pieces: (string | { expression: string; start: number })[];
  whole: boolean;
}

const cache = new Map<string, Pieces | undefined>();
const CACHED = 10_000;

/** Undefined when the string holds no expression and no escape. */
export function piecesOf(text: string): Pieces | undefined {
  if (!text.includes('${')) return undefined;
  if (cache.has(text)) return cache.get(text);
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
      if (end === -1)
        throw new Fault('EXPRESSION_FAILED', `the expression that begins at character ${at + 1} has no closing }`, {
          details: { expression: text },
        });
      if (literal) pieces.push(literal);
      literal = '';
      pieces.push({ expression: text.slice(at + 2, end), start: at + 2 });
      at = end + 1;
    } else literal += text[at++]!;
  }
  if (literal) pieces.push(literal);
  return { pieces, whole: pieces.length === 1 && typeof pieces[0] === 'object' };
}

function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' || char === "'") {
      const closing = closingQuote(text, at, char);
      if (closing === -1) return -1;
      at = closing;
    } else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) return at;
  }
  return -1;
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** Every expression of a template, with the pointer of its string. */
export function* expressionsOf(
  template: Json,
  pointer = '',
): Generator<{ text: string; pointer: string; start: number; whole: boolean }> {
  if (typeof template === 'string') {
    const found = piecesOf(template);
    for (const piece of found?.pieces ?? [])
      if (typeof piece === 'object') yield { text: piece.expression, pointer, start: piece.start, whole: found!.whole };
  } else if (Array.isArray(template)) {
    for (const [index, part] of template.entries()) yield* expressionsOf(part, `${pointer}/${index}`);
  } else if (template !== null && typeof template === 'object') {
    for (const [name, part] of Object.entries(template))
      yield* expressionsOf(part, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
