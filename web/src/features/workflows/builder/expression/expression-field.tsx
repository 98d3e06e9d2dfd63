import type { EditorView } from '@codemirror/view';
import { type FocusEvent, useId, useMemo, useState } from 'react';
import { isObject } from '../../../../../../core/json.js';
import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { isLocked, useBuilder } from '../model/index.js';
import { checkText, type Mode, typeInWords } from './check.js';
import { expressionCompletion } from './code-mirror.js';
import css from './expression-field.module.css';
import { preview, type Previewed } from './preview.js';
import { usePreviewRun } from './preview-run.js';
import { type Place, scopeAt } from './scope.js';

export interface ExpressionFieldProps {
  value: string;
  onChange: (text: string) => void;
  mode: Mode;
  place: Place;
  label: string;
  /** Several lines, with their numbers. */
  long?: boolean;
  /** It has just been asked for: it takes the focus, with what stands in it selected to be written over. */
  fresh?: boolean;
  id?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
}

/** A text with expressions in it, or a condition: completed, checked as it is typed, and shown with a past run's data. */
export function ExpressionField({
  value,
  onChange,
  mode,
  place,
  label,
  long = false,
  fresh = false,
  id,
  ...aria
}: ExpressionFieldProps) {
  const view = useBuilder((state) => state.view);
  const readOnly = useBuilder(isLocked);
  const where = JSON.stringify(place);
  const scope = useMemo(() => scopeAt(view, JSON.parse(where) as Place), [view, where]);
  const { problems, type } = useMemo(() => checkText(value, mode, scope), [value, mode, scope]);
  const [focused, setFocused] = useState(false);
  // The editor's extensions stay the same while the spec changes around it: what is in scope is asked for when it is needed.
  const extensions = useMemo(
    () => [expressionCompletion(mode, () => scopeAt(useBuilder.getState().view, JSON.parse(where) as Place))],
    [mode, where],
  );
  const foot = useId();
  const blur = ({ currentTarget, relatedTarget }: FocusEvent): void =>
    setFocused(currentTarget.contains(relatedTarget as Element | null));
  const described = [aria['aria-describedby'], foot].filter(Boolean).join(' ');
  return (
    <div className={css.field} onFocus={() => setFocused(true)} onBlur={blur}>
      <CodeEditor
        {...{ value, onChange, label, problems, readOnly, extensions }}
        {...(id === undefined ? {} : { id })}
        {...(fresh ? { onView: takeFocus } : {})}
        language={mode === 'cel' ? 'cel' : 'text'}
        singleLine={!long && !value.includes('\n')}
        aria-invalid={aria['aria-invalid'] || problems.length > 0 || undefined}
        aria-describedby={described}
      />
      <Foot
        {...{
          id: foot,
          value,
          mode,
          place,
          type,
          focused,
          problem: problems[0]?.message,
          told: aria['aria-invalid'] === true,
        }}
      />
    </div>
  );
}

function takeFocus(view: EditorView | undefined): void {
  view?.focus();
  view?.dispatch({ selection: { anchor: 0, head: view.state.doc.length } });
}

interface FootProps {
  id: string;
  value: string;
  mode: Mode;
  place: Place;
  type: string | undefined;
  focused: boolean;
  problem: string | undefined;
  /** The field around it says already what is wrong. */
  told: boolean;
}

/** What is wrong; else, of what type the value is, and which it was in the run that was picked. */
function Foot({ id, value, mode, place, type, focused, problem, told }: FootProps) {
  const over = useOver(place);
  const run = usePreviewRun();
  const isExpression = mode === 'cel' ? value.trim() !== '' : value.includes('${');
  const shown = useMemo(
    () => (run && isExpression && problem === undefined ? preview(value, mode, run, over) : undefined),
    [run, isExpression, problem, value, mode, over],
  );
  return (
    <div id={id} className={css.foot} aria-live={focused ? 'polite' : undefined}>
      {problem !== undefined && focused && !told && <span className={css.problem}>{problem}</span>}
      {problem === undefined && focused && type !== undefined && <span className={css.type}>{typeInWords(type)}</span>}
      {shown && <Value shown={shown} />}
    </div>
  );
}

function Value({ shown }: { shown: Previewed }) {
  if (shown.is === 'artifact')
    return <span className="muted">In that run it is in an artifact, which is not loaded here.</span>;
  if (shown.is === 'failed') return <span className={css.none}>No value in that run: {shown.message}</span>;
  const text = typeof shown.value === 'string' ? shown.value : JSON.stringify(shown.value);
  return (
    <output className={css.value} title={text}>
      = {text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}
    </output>
  );
}
const MAX_SHOWN = 300;

/** Of a place in a map's body: what the map goes over. */
function useOver(place: Place): string | undefined {
  const view = useBuilder((state) => state.view);
  if (place.in !== 'node' || !scopeAt(view, place).item) return undefined;
  const config = view.nodes.find(({ key }) => key === place.key)?.value['config'];
  const over = isObject(config) ? config['over'] : undefined;
  return typeof over === 'string' ? over : undefined;
}
