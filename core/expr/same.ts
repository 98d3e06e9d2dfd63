import type { ASTNode } from '@marcbachmann/cel-js';
import { isExpression, readExpression } from './engine.js';
import { piecesOf } from './template.js';

/** Whether two expressions say the same: blanks, comments, kinds of quotes and brackets that change nothing do not count. */
export function sameExpression(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [readExpression(a), readExpression(b)];
  return isExpression(one) && isExpression(other) && formOf(one.ast) === formOf(other.ast);
}

/** The same of a template's string: text outside of `${ … }` counts as it is written. */
export function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [piecesOf(a), piecesOf(b)];
  if (!one || !other || one.unclosed !== undefined || other.unclosed !== undefined) return false;
  return (
    one.whole === other.whole &&
    one.pieces.length === other.pieces.length &&
    one.pieces.every((piece, index) => samePiece(piece, other.pieces[index]!))
  );
}

type Piece = string | { expression: string };
const samePiece = (a: Piece, b: Piece): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : sameExpression(a.expression, b.expression);

/** The syntax tree without its places. Not the library's `serialize`: that writes `a - (b - c)` as `a - b - c`. */
const formOf = (ast: ASTNode): string => JSON.stringify(ast, (_key, value: unknown) => plain(value));

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') return { double: String(value) };
  return typeof value === 'object' && value !== null && 'op' in value ? [value.op, (value as ASTNode).args] : value;
}
