import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { CodeProblem } from './props.js';

/** Of a problem at a line and column, the word that stands there; to the line's end where there is no word. */
export const diagnosticsOf = (doc: Text, problems: readonly CodeProblem[]): Diagnostic[] =>
  problems.map((problem) => diagnosticOf(doc, problem));

function diagnosticOf(
  doc: Text,
  { line = 1, column = 1, message, code, suggestion, severity }: CodeProblem,
): Diagnostic {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  const word = /^(?:[\w$.-]+|\S+)/.exec(at.text.slice(from - at.from))?.[0] ?? '';
  const mends = suggestion !== undefined && /^[\w.-]+$/.test(suggestion) && /^[\w$.-]+$/.test(word);
  return {
    ...{ from, to: from + word.length, severity: severity ?? 'error' },
    message: suggestion === undefined ? message : `${message}\nDid you mean ${suggestion}?`,
    ...(code === undefined ? {} : { source: code }),
    ...(mends
      ? {
          actions: [
            {
              name: `Write ${suggestion}`,
              apply: (view, start, end) => view.dispatch({ changes: { from: start, to: end, insert: suggestion } }),
            },
          ],
        }
      : {}),
  };
}
