import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { theme } from './theme.js';
import { styleNonce } from '../../lib/nonce.js';

/** What every editor has. Tab is left to the browser: who comes by keyboard must be able to leave; Ctrl-] indents. */
export const setup = ({ history: own, singleLine }: { history: boolean; singleLine: boolean }): Extension[] => [
  nonce(),
  theme,
  ...(own ? [history(), keymap.of(historyKeymap)] : []),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  Prec.highest(keymap.of([{ key: 'Escape', run: stopCompletion }])),
  autocompletion({ icons: false, activateOnTyping: true }),
  keymap.of(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp'].map((key) => ({ key, run: keepsCompletion }))),
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap]),
  ...(singleLine ? oneLine : manyLines),
  keymap.of(defaultKeymap),
];

/** A list that is not shown yet takes no key from whoever stands around: Escape after a last letter leaves the form. */
function stopCompletion(view: EditorView): boolean {
  if (completionStatus(view.state) === 'pending') closeCompletion(view);
  return false;
}

/** A list that has only just come up takes no keys yet; it must not close for one that was meant for it. */
const keepsCompletion = (view: EditorView): boolean => completionStatus(view.state) === 'active';

const manyLines: Extension[] = [
  lineNumbers(),
  foldGutter({ openText: '⌄', closedText: '›' }),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  search({ top: true }),
  keymap.of([...searchKeymap, ...foldKeymap]),
];

/** What is pasted into one line becomes one; Enter is the form's. */
const oneLine: Extension[] = [
  EditorView.lineWrapping,
  EditorState.transactionFilter.of((transaction) =>
    transaction.newDoc.lines > 1
      ? [transaction, { changes: lineBreaks(transaction.newDoc.toString()), sequential: true }]
      : transaction,
  ),
  keymap.of([{ key: 'Enter', run: () => true }]),
];

const lineBreaks = (text: string) =>
  [...text.matchAll(/\s*\n\s*/g)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    insert: ' ',
  }));

/** The page's policy allows only styles that carry its nonce. */
function nonce(): Extension {
  const found = styleNonce();
  return found ? EditorView.cspNonce.of(found) : [];
}
