import { lazy, Suspense } from 'react';
import css from './code-editor.module.css';
import type { CodeEditorProps } from './props.js';

export type { CodeEditorProps, CodeProblem } from './props.js';

const Editor = lazy(() => import('./editor.js'));

/**
 * Text that is code: coloured, with line numbers, search and the marks of what is wrong. Controlled; a value that comes from outside leaves the
 * cursor where it was. Loaded when it is first shown; until then the text can be read.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { value, label, minHeight } = props;
  return (
    <Suspense
      fallback={
        <pre className={css.waiting} aria-label={label} style={{ minHeight }}>
          {value}
        </pre>
      }
    >
      <Editor {...props} />
    </Suspense>
  );
}
