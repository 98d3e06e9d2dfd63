import { isExpression, readExpression } from '../../../../../../core/expr/engine.js';
import { piecesOf } from '../../../../../../core/expr/template.js';

/** Names in an expression that stand for other names now: old to new. */
export type Renames = ReadonlyMap<string, string>;

/** A text with `${ … }` in it, whose expressions read the renamed nodes. Everything else of it stays as it is. */
export function renameInTemplate(text: string, renames: Renames): string {
  const found = piecesOf(text);
  if (!found) return text;
  let renamed = text;
  for (const piece of found.pieces.toReversed()) {
    if (typeof piece === 'string') continue;
    const end = piece.start + piece.expression.length;
    renamed = renamed.slice(0, piece.start) + renameInExpression(piece.expression, renames) + renamed.slice(end);
  }
  return renamed;
}

/** A CEL expression that reads the renamed nodes. One that is none (yet) is read for `nodes.<key>` as plain text. */
export function renameInExpression(text: string, renames: Renames): string {
  const read = readExpression(text);
  if (!isExpression(read)) return renameByText(text, renames);
  const places = read.reads
    .filter(({ path: [root, key] }) => root === 'nodes' && key !== undefined && renames.has(key))
    .map(({ path, at }) => ({ at, key: path[1]! }));
  const once = new Map(places.map((place) => [place.at, place.key]));
  return [...once]
    .sort(([a], [b]) => b - a)
    .reduce((said, [at, key]) => putName(said, at, key, renames.get(key)!), text);
}

/** At the place stands `key`, or `"key"` between brackets. */
function putName(text: string, at: number, key: string, to: string): string {
  const start = text.indexOf(key, at);
  return start === -1 || start > at + 3 ? text : text.slice(0, start) + to + text.slice(start + key.length);
}

const renameByText = (text: string, renames: Renames): string =>
  text.replace(/(\bnodes\s*(?:\.\s*|\[\s*["']))([A-Za-z_]\w*)/g, (all, head: string, key: string) =>
    renames.has(key) ? head + renames.get(key)! : all,
  );
