import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { languageOf } from '../../../ui/code-editor/languages.js';
import { setup } from '../../../ui/code-editor/setup.js';
import css from './diff.module.css';

/** Narrower, two texts side by side have no room. */
const SIDE_BY_SIDE = 800;
const COLLAPSE = { margin: 3, minSize: 8 };

/** Of the tokens, which know of light and dark. */
const look = EditorView.theme({
  '& .cm-collapsedLines.cm-collapsedLines': {
    ...{ padding: '2px var(--s3)', background: 'var(--sunken)', color: 'var(--ink-2)', cursor: 'pointer' },
    '&:before, &:after': { content: 'none' },
  },
  '&.cm-merge-a .cm-changedLine.cm-changedLine, & .cm-deletedChunk.cm-deletedChunk': { background: 'var(--bad-soft)' },
  '&.cm-merge-b .cm-changedLine.cm-changedLine': { background: 'var(--good-soft)' },
  '&.cm-merge-a .cm-changedText.cm-changedText': { background: 'none', borderBottom: '2px solid var(--bad-fill)' },
  '&.cm-merge-b .cm-changedText.cm-changedText': { background: 'none', borderBottom: '2px solid var(--good-fill)' },
});

const reading = (label: string): Extension[] => [
  setup({ history: false, singleLine: false }),
  languageOf('yaml'),
  look,
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
];

/** The texts of two versions side by side, one above the other where there is little room; lines that are alike are folded. */
export function TextDiff({ from, to, labels: [a, b] }: { from: string; to: string; labels: [string, string] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = box.current!;
    if (parent.clientWidth >= SIDE_BY_SIDE) {
      const view = new MergeView({
        ...{ parent, collapseUnchanged: COLLAPSE, highlightChanges: true, gutter: true },
        a: { doc: from, extensions: reading(`Text of ${a}`) },
        b: { doc: to, extensions: reading(`Text of ${b}`) },
      });
      return () => view.destroy();
    }
    const extensions = [
      ...reading(`Text of ${b}, with what was in ${a}`),
      unifiedMergeView({ original: from, mergeControls: false, collapseUnchanged: COLLAPSE }),
    ];
    const view = new EditorView({ parent, state: EditorState.create({ doc: to, extensions }) });
    return () => view.destroy();
  }, [from, to, a, b]);
  return (
    <div className={css.text}>
      <p className={css.sides}>
        <span>{a}</span>
        <span>{b}</span>
      </p>
      <div ref={box} />
    </div>
  );
}
