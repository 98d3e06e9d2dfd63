import { type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState, type Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { optionOf } from '../expression/code-mirror.js';
import { completeSpec, describe } from './complete-spec.js';

/** Completion and help for the text of a spec, out of the schema that the compiler validates with. */
export const specLanguage: Extension = [
  EditorState.languageData.of(() => [{ autocomplete: completion }]),
  hoverTooltip((view, pos) => {
    const found = describe(view.state.doc.toString(), pos);
    if (!found) return null;
    const create = () => {
      const dom = document.createElement('div');
      dom.className = 'cm-diagnostic';
      dom.textContent = found.text;
      return { dom };
    };
    return { pos: found.from, end: found.to, create };
  }),
];

function completion({ state, pos, explicit }: CompletionContext): CompletionResult | null {
  const found = completeSpec(state.doc.toString(), pos);
  if (!found || found.suggestions.length === 0) return null;
  const line = state.doc.lineAt(pos);
  // A list that pops up on an empty line is in the way of who wants to write something else.
  if (!explicit && found.from === pos && !/[.:{]\s?$/.test(line.text.slice(0, pos - line.from))) return null;
  const options: Completion[] = found.suggestions.map(optionOf);
  return { from: found.from, options, validFor: /^[\w$-]*$/ };
}
