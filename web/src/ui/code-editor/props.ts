import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

/** Something wrong at a place of the text; the compiler's and the API's problems are such. */
export interface CodeProblem {
  /** From 1. Absent: it is of the text as a whole, and stands at its first line. */
  line?: number;
  column?: number;
  message: string;
  code?: string;
  /** The nearest thing that would be right; offered as a mend where it can stand in the place of one word. */
  suggestion?: string;
  severity?: 'error' | 'warning' | 'info';
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language?: 'yaml' | 'json' | 'cel' | 'text';
  problems?: readonly CodeProblem[];
  readOnly?: boolean;
  /** The control's name, for those who listen. */
  label: string;
  /** In px. Without `fill` it grows with its text. */
  minHeight?: number;
  /** Takes all the height that there is, and scrolls by itself. */
  fill?: boolean;
  /** One line without numbers, as in a form. Enter does nothing then. */
  singleLine?: boolean;
  /** False when whoever uses it has an undo of their own. */
  history?: boolean;
  /** More of CodeMirror: completion, keys, marks. Keep the array the same between renders. */
  extensions?: readonly Extension[];
  /** The view while it is there, and undefined once it is gone. */
  onView?: (view: EditorView | undefined) => void;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
  id?: string;
}
