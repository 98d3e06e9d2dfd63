import { TextDecoder, TextEncoder } from 'node:util';
import { EditorView } from '@codemirror/view';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

Object.assign(globalThis, { TextDecoder, TextEncoder }); // jsdom has none
/** A document without a screen has no places on it. */
Object.defineProperty(Range.prototype, 'getClientRects', { value: () => [] });
const { compile } = await import('../../../../../../core/spec/compile.js');
const { useBuilder } = await import('../model/index.js');
const { DryRun } = await import('./dry-run.js');

const TEXT = `name: flow
nodes:
  - { key: big, type: transform, config: { value: "\${ input.n }" } }
`;

test('broken JSON is not tried with what was readable before: it is told, and has the focus', async () => {
  const result = compile(TEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  useBuilder.getState().load({ text: TEXT, saved: null });
  useBuilder.getState().compiled(TEXT, result);
  render(<DryRun starter="user:ann" />);
  const box = await screen.findByRole('textbox', { name: 'Input as JSON' });
  const view = EditorView.findFromDOM(box)!;
  const type = (insert: string) =>
    act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }));
  const play = () => userEvent.click(screen.getByRole('button', { name: 'Say what would run' }));
  type('{ "n": 1 }');
  type('{ "n": 1');
  await play();
  expect(screen.getByRole('alert').textContent).toBe('The input is no JSON yet.');
  await waitFor(() => expect(document.activeElement).toBe(box));
  expect(screen.queryByRole('region', { name: 'What would run' })).toBeNull();
  type('{ "n": 2 }');
  await play();
  expect(screen.getByRole('region', { name: 'What would run' })).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
