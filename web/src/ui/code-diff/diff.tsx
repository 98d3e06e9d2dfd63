import { unifiedMergeView } from '@codemirror/merge';
import { EditorView } from '@codemirror/view';
import { useMemo } from 'react';
import { CodeEditor } from '../code-editor/index.js';
import type { DiffEditorProps } from './index.js';

const look = EditorView.theme({
  '.cm-changedLine': { backgroundColor: 'var(--good-soft)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft)', paddingLeft: 'var(--s1)' },
  '&.cm-merge-b .cm-changedText, .cm-insertedLine, .cm-deletedChunk .cm-deletedText': {
    background: 'none',
    textDecoration: 'none',
  },
  '&.cm-merge-b .cm-changedText': { fontWeight: '600' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--good-fill)' },
  '.cm-deletedLineGutter': { background: 'var(--bad-fill)' },
  '.cm-collapsedLines': {
    color: 'var(--ink-2)',
    background: 'var(--sunken)',
    padding: '2px var(--s3)',
    fontFamily: 'var(--font)',
  },
});

/** The loaded part of DiffEditor. */
export default function Diff({ original, fold = false, readOnly = false, ...rest }: DiffEditorProps) {
  const extensions = useMemo(
    () => [
      look,
      // What scrolls must be reachable: axe does not take an editable text for that.
      EditorView.contentAttributes.of({ tabindex: '0' }),
      unifiedMergeView({
        ...{ original, mergeControls: false, allowInlineDiffs: true },
        ...(fold ? { collapseUnchanged: { margin: 3, minSize: 6 } } : {}),
      }),
    ],
    [original, fold],
  );
  return <CodeEditor {...rest} readOnly={readOnly} extensions={extensions} fill />;
}
