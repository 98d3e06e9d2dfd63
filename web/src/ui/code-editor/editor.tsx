import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { clsx } from 'clsx';
import { useEffect, useRef } from 'react';
import css from './code-editor.module.css';
import { diagnosticsOf } from './diagnostics.js';
import { languageOf } from './languages.js';
import type { CodeEditorProps } from './props.js';
import { changeTo, External } from './replace.js';
import { setup } from './setup.js';

const NONE: readonly never[] = [];

/** The loaded part of CodeEditor. What changes while it is shown is reconfigured in place: the view, its cursor and its scroll stay. */
export default function Editor(props: CodeEditorProps) {
  const { value, problems = NONE, minHeight, fill = false, singleLine = false } = props;
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const changing = useRef(new Compartment());
  const configuration = changingOf(props);

  useEffect(() => {
    const made = new EditorView({
      parent: holder.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          changing.current.of(changingOf(latest.current)),
          setup({ history: latest.current.history ?? true, singleLine: latest.current.singleLine ?? false }),
          EditorView.updateListener.of(({ docChanged, state, transactions }) => {
            if (docChanged && !transactions.some((each) => each.annotation(External)))
              latest.current.onChange?.(state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    latest.current.onView?.(made);
    return () => {
      latest.current.onView?.(undefined);
      made.destroy();
    };
  }, []);

  const { language, readOnly, label, extensions, id } = props;
  const [invalid, describedBy] = [props['aria-invalid'], props['aria-describedby']];
  useEffect(() => {
    view.current?.dispatch({ effects: changing.current.reconfigure(configuration) });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it is made of these
  }, [language, readOnly, label, extensions, id, invalid, describedBy]);
  useEffect(() => {
    const change = view.current && changeTo(view.current.state, value);
    if (change) view.current!.dispatch(change);
  }, [value]);
  useEffect(() => {
    const { current } = view;
    if (current) current.dispatch(setDiagnostics(current.state, diagnosticsOf(current.state.doc, problems)));
  }, [problems, value]);

  return (
    <div
      ref={holder}
      className={clsx(css.editor, fill && css.fill, singleLine && css.single, invalid && css.invalid)}
      style={{ minHeight }}
    />
  );
}

/** What may change while the editor is shown. */
function changingOf(props: CodeEditorProps): Extension[] {
  const { language = 'text', readOnly = false, label, extensions = NONE, id } = props;
  const attributes: Record<string, string> = {
    'aria-label': label,
    tabindex: '0',
    ...(id === undefined ? {} : { id }),
  };
  if (props['aria-invalid']) attributes['aria-invalid'] = 'true';
  if (props['aria-describedby'] !== undefined) attributes['aria-describedby'] = props['aria-describedby'];
  if (readOnly) Object.assign(attributes, { 'aria-readonly': 'true' });
  return [
    extensions,
    languageOf(language),
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    EditorView.contentAttributes.of(attributes),
  ];
}
