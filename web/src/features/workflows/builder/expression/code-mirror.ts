import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { EditorState, type Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Mode } from './check.js';
import { complete, type Suggestion } from './complete.js';
import type { ExpressionScope } from './scope.js';

/** Completion from what is in scope; `scope` is asked each time, for it changes with the spec. */
export function expressionCompletion(mode: Mode, scope: () => ExpressionScope): Extension {
  // The same each time: a source that is new is asked anew, for ever.
  const data = [{ autocomplete: (context: CompletionContext) => resultOf(context, mode, scope()) }];
  return EditorState.languageData.of(() => data);
}

function resultOf(
  { state, pos, explicit }: CompletionContext,
  mode: Mode,
  scope: ExpressionScope,
): CompletionResult | null {
  const text = state.doc.toString();
  const found = complete(text, pos, mode, scope);
  // Nothing typed and nothing asked: a list that pops up by itself is in the way.
  if (!found || (found.from === pos && !explicit && !/[.{]\s?$/.test(text.slice(0, pos)))) return null;
  return { from: found.from, options: found.suggestions.map(optionOf), validFor: /^\w*$/ };
}

const TYPES: Record<Suggestion['kind'], string> = {
  ...{ name: 'variable', field: 'property', function: 'function', method: 'method', word: 'keyword' },
};
const BOOST: Record<Suggestion['kind'], number> = { field: 4, name: 3, method: 1, function: 0, word: -1 };

export const optionOf = ({ label, kind, detail, info, insert, overDot }: Suggestion): Completion => ({
  ...{ label, type: TYPES[kind], boost: BOOST[kind] },
  ...(detail === undefined ? {} : { detail }),
  ...(info === undefined ? {} : { info }),
  ...(insert === undefined ? {} : { apply: writing(insert, overDot ? 1 : 0) }),
});

/** Writes it, with the cursor where `|` stands. */
const writing = (insert: string, before: number) => (view: EditorView, _: Completion, from: number, to: number) => {
  const text = insert.replace('|', '');
  const start = from - before;
  const cursor = start + (insert.includes('|') ? insert.indexOf('|') : text.length);
  view.dispatch({
    changes: { from: start, to, insert: text },
    selection: { anchor: cursor },
    userEvent: 'input.complete',
  });
};
