import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from '../code-editor/index.js';
import { Loading } from '../states.js';

export interface DiffEditorProps extends Omit<CodeEditorProps, 'extensions' | 'fill'> {
  /** What the text is compared with. */
  original: string;
  /** Lines that are the same are folded, but for a few around each change. */
  fold?: boolean;
}

const Diff = lazy(() => import('./diff.js'));

/** A text in an editor that marks what is different from another one, line by line; what was there before stands above what is there now. */
export const DiffEditor = (props: DiffEditorProps) => (
  <Suspense fallback={<Loading label={props.label} lines={4} />}>
    <Diff {...props} />
  </Suspense>
);
