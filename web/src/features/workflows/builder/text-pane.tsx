import { Prec } from '@codemirror/state';
import { EditorView, keymap, type ViewUpdate } from '@codemirror/view';
import { useEffect, useState } from 'react';
import { CodeEditor } from '../../../ui/code-editor/index.js';
import { type Selection, spansOf, useBuilder } from './model/index.js';
import { specLanguage } from './text/spec-language.js';

/** The spec's text. What is selected on the canvas is scrolled to, and where the cursor is put, is selected there. */
export function TextPane({ onEditor }: { onEditor: (editor: EditorView | undefined) => void }) {
  const text = useBuilder((state) => state.text);
  const format = useBuilder((state) => state.view.format);
  const problems = useBuilder((state) => state.problems);
  const selection = useBuilder((state) => state.selection);
  const readOnly = useBuilder((state) => state.readOnly);
  const setText = useBuilder((state) => state.setText);
  const [editor, setEditor] = useState<EditorView>();
  const [cursor] = useState(cursorFollower);

  useEffect(() => {
    // Who is in the text is where they want to be.
    if (!editor || editor.hasFocus || cursor.chose(selection)) return;
    const line = lineOf(selection);
    if (line !== undefined) showLine(editor, line);
  }, [editor, cursor, selection]);

  return (
    <CodeEditor
      fill
      label="Spec"
      language={format}
      value={text}
      onChange={setText}
      problems={problems}
      readOnly={readOnly}
      history={false}
      extensions={cursor.extensions}
      onView={(view) => {
        setEditor(view);
        onEditor(view);
      }}
    />
  );
}

/** Puts the line near the top, with the cursor on it, without taking the focus. */
export function showLine(editor: EditorView, line: number, column = 1): void {
  const at = editor.state.doc.line(Math.max(1, Math.min(line, editor.state.doc.lines)));
  const place = Math.min(at.from + column - 1, at.to);
  editor.dispatch({
    selection: { anchor: place },
    effects: EditorView.scrollIntoView(place, { y: 'start', yMargin: 60 }),
    userEvent: 'select.shown',
  });
}

function lineOf({ nodes, edges }: Selection): number | undefined {
  const { text, view } = useBuilder.getState();
  const [key] = nodes;
  if (key === undefined && edges.length === 0) return undefined;
  const spans = spansOf(text);
  if (edges.length > 0) return spans.edges[edges[0]!]?.first;
  return spans.nodes[view.nodes.find((node) => node.key === key)?.index ?? -1]?.first;
}

/** Selects the node or edge that the cursor was put into by hand; not while somebody types. What it chose is not scrolled to again. */
function cursorFollower() {
  let chosen: Selection | undefined;
  const follow = ({ selectionSet, docChanged, state, transactions }: ViewUpdate): void => {
    if (!selectionSet || docChanged) return;
    if (!transactions.some((each) => each.isUserEvent('select') && !each.isUserEvent('select.shown'))) return;
    choose(state.doc.lineAt(state.selection.main.head).number);
    chosen = useBuilder.getState().selection;
  };
  return {
    extensions: [UNDO, specLanguage, EditorView.updateListener.of(follow)],
    chose: (selection: Selection): boolean => selection === chosen,
  };
}

function choose(line: number): void {
  const { text, view, select } = useBuilder.getState();
  const spans = spansOf(text);
  const at = (list: (typeof spans)['nodes']): number =>
    list.findIndex((span) => span && span.first <= line && line <= span.last);
  const [node, edge] = [at(spans.nodes), at(spans.edges)];
  const key = view.nodes.find(({ index }) => index === node)?.key;
  if (key !== undefined) select({ nodes: [key] });
  else if (edge !== -1) select({ edges: [edge] });
}

const doing = (act: 'undo' | 'redo') => (): boolean => {
  useBuilder.getState()[act]();
  return true;
};
/** Undo is the builder's: over texts, whoever has changed them. */
const UNDO = Prec.highest(
  keymap.of([
    { key: 'Mod-z', run: doing('undo'), preventDefault: true },
    { key: 'Mod-Shift-z', run: doing('redo'), preventDefault: true },
    { key: 'Mod-y', run: doing('redo'), preventDefault: true },
  ]),
);
