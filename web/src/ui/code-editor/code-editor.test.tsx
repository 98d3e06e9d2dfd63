import { jest } from '@jest/globals';
import { autocompletion, completionStatus, selectedCompletionIndex, startCompletion } from '@codemirror/autocomplete';
import { EditorState, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { render, screen, waitFor } from '@testing-library/react';
import { diagnosticsOf } from './diagnostics.js';
import { CodeEditor } from './index.js';
import { changeTo } from './replace.js';

/** A document without a screen has no places on it. */
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });

test.each([
  ['before the change', 'a: 1\nb: 2\n', 2, 'a: 1\nb: 3\n', 2],
  ['after the change', 'a: 1\nb: 2\n', 8, 'a: 100\nb: 2\n', 10],
  ['in lines that are all new', 'one\ntwo\nthree', 6, 'eins\nzwei\ndrei', 7],
  ['where the text is shorter now', 'aXbYc', 3, 'a-c', 3],
])('the cursor stays %s', (_, before, cursor, after, expected) => {
  const state = EditorState.create({ doc: before, selection: { anchor: cursor } });
  const next = state.update(changeTo(state, after)!).state;
  expect([next.doc.toString(), next.selection.main.head]).toEqual([after, expected]);
});

test('what is the same changes nothing', () => {
  expect(changeTo(EditorState.create({ doc: 'a' }), 'a')).toBeUndefined();
});

test('a problem is marked at its word, with a mend where the suggestion is one', () => {
  const doc = Text.of(['nodes:', '  - key: a', '    typ: wait', '']);
  const [typo, gone] = diagnosticsOf(doc, [
    { line: 3, column: 5, message: 'there is no field typ here', suggestion: 'type' },
    { line: 99, column: 99, message: 'beyond the end' },
  ]);
  expect(typo).toMatchObject({ from: 22, to: 25, actions: [{ name: 'Write type' }] });
  expect(gone).toMatchObject({ from: doc.length, to: doc.length });
});

test('it is a text box with a name, and tells what is typed but not what it was given', async () => {
  const onChange = jest.fn();
  let view: EditorView | undefined;
  const editor = (value: string) => (
    <CodeEditor label="Spec" language="yaml" value={value} onChange={onChange} onView={(made) => (view = made)} />
  );
  const { rerender } = render(editor('a: 1'));
  expect(await screen.findByRole('textbox', { name: 'Spec' })).toBeTruthy();
  rerender(editor('a: 2'));
  await waitFor(() => expect(view!.state.doc.toString()).toBe('a: 2'));
  expect(onChange).not.toHaveBeenCalled();
  view!.dispatch({ changes: { from: 3, to: 4, insert: '3' } });
  expect(onChange).toHaveBeenCalledWith('a: 3');
});

test('Escape is not kept for a list of suggestions that is not shown yet', async () => {
  const slow = [{ autocomplete: () => new Promise<null>(() => undefined) }];
  const extensions = [EditorState.languageData.of(() => slow)];
  let view: EditorView | undefined;
  render(<CodeEditor label="Text" value="a" extensions={extensions} onView={(made) => (view = made)} />);
  const box = await screen.findByRole('textbox', { name: 'Text' });
  startCompletion(view!);
  expect(completionStatus(view!.state)).toBe('pending');
  expect(box.dispatchEvent(pressed('Escape', 27))).toBe(true); // nobody has prevented it
  expect(completionStatus(view!.state)).toBeNull();
});

test('a list of suggestions does not close for an arrow that comes before it takes keys', async () => {
  const words = [{ autocomplete: () => ({ from: 0, options: [{ label: 'all' }, { label: 'any' }] }) }];
  const extensions = [
    EditorState.languageData.of(() => words),
    autocompletion({ interactionDelay: Number.MAX_SAFE_INTEGER }), // it never does here
  ];
  let view: EditorView | undefined;
  render(<CodeEditor label="Text" value="a" extensions={extensions} onView={(made) => (view = made)} />);
  const box = await screen.findByRole('textbox', { name: 'Text' });
  view!.dispatch({ selection: { anchor: 1 } });
  startCompletion(view!);
  await waitFor(() => expect(completionStatus(view!.state)).toBe('active'));
  expect(box.dispatchEvent(pressed('ArrowDown', 40))).toBe(false);
  expect(completionStatus(view!.state)).toBe('active');
  expect(selectedCompletionIndex(view!.state)).toBe(0);
});

const pressed = (key: string, keyCode: number) =>
  new KeyboardEvent('keydown', { key, keyCode, bubbles: true, cancelable: true });
