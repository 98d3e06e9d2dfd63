import { Annotation, type EditorState, type TransactionSpec } from '@codemirror/state';

/** Marks what came from outside: it is not told back, and is no step of the editor's own undo. */
export const External = Annotation.define<true>();

/** What makes the text another one, and leaves the cursor where it was: by its line and column if the text around it is new. */
export function changeTo(state: EditorState, value: string): TransactionSpec | undefined {
  const before = state.doc.toString();
  if (before === value) return undefined;
  let from = 0;
  const shorter = Math.min(before.length, value.length);
  while (from < shorter && before[from] === value[from]) from++;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === value.at(-1 - tail)) tail++;
  const change = { from, to: before.length - tail, insert: value.slice(from, value.length - tail) };
  const { head } = state.selection.main;
  const inside = head > change.from && head < change.to;
  return {
    changes: change,
    annotations: External.of(true),
    ...(inside ? { selection: { anchor: samePlace(state, head, value) } } : {}),
  };
}

function samePlace(state: EditorState, head: number, value: string): number {
  const { number, from } = state.doc.lineAt(head);
  const lines = value.split('\n');
  const line = Math.min(number, lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return start + Math.min(head - from, lines[line - 1]!.length);
}
