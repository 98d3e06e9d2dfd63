import { useCallback, useMemo, useState } from 'react';
import { isObject, type Json } from '../../../../../../core/json.js';
import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { Field } from '../../../../ui/index.js';
import { type Edit, SchemaForm, type TextControl } from '../../../../ui/schema-form/index.js';
import { ExpressionField, PreviewRunPicker } from '../expression/index.js';
import { isLocked, setIn, useBuilder } from '../model/index.js';
import { changeField } from './change-field.js';
import { FoldedGroup } from './folded-group.js';
import { groupErrors, pick, workflowSchema } from './node-schema.js';
import { PlainText } from './plain-text.js';
import { Problems } from './problems.js';
import css from './panels.module.css';
import { readSchema, schemaText } from './schema-text.js';

const NAME = ['name', 'description'];
const OUTPUT = ['output'];
const LIMITS = ['limits'];
const DRAWN = new Set([...NAME, ...OUTPUT, ...LIMITS, 'input']);

/** What is said of the workflow as a whole. */
export function WorkflowForm() {
  const all = useBuilder((state) => state.problems);
  const problems = useMemo(() => all.filter(({ node, edge }) => node === undefined && edge === undefined), [all]);
  const value = useBuilder(({ view }) => view.value);
  const spec = isObject(value) ? value : {};
  const fields = (names: string[]) => ({
    ...{ schema: workflowSchema(names), value: pick(spec, names), errors: groupErrors(problems, names) },
  });
  const [name, output, limits] = [fields(NAME), fields(OUTPUT), fields(LIMITS)];
  return (
    <div className={css.form}>
      <Problems problems={problems.filter(({ field }) => !DRAWN.has(field.split('/')[1] ?? ''))} />
      <Part label="Workflow" {...name} />
      <InputSchema value={spec['input']} error={groupErrors(problems, ['input'])[0]?.message} />
      <PreviewRunPicker />
      <section className={css.section} aria-label="Output">
        <Part label="Output" {...output} />
      </section>
      <FoldedGroup title="Limits" set={Object.keys(limits.value).length} wrong={limits.errors.length}>
        <Part label="Limits" {...limits} />
      </FoldedGroup>
    </div>
  );
}

const put = (path: readonly (string | number)[], value: Json | undefined): void =>
  changeField(`/${path.join('/')}`, `${path.at(-1) ?? 'The workflow'} changed`, (text) => setIn(text, path, value));

function Part(form: Pick<React.ComponentProps<typeof SchemaForm>, 'schema' | 'value' | 'label' | 'errors'>) {
  const readOnly = useBuilder((state) => state.readOnly);
  const onChange = useCallback((_: Json | undefined, { path, value }: Edit) => put(path, value), []);
  return <SchemaForm {...form} {...{ readOnly, onChange, renderText: drawText }} />;
}

/** The output and the run's key are templates. */
function drawText(control: TextControl) {
  const { path, value, onChange, label, long, props } = control;
  const inOutput = path[0] === 'output';
  if (!inOutput && path.at(-1) !== 'concurrency_key') return <PlainText {...control} />;
  return (
    <ExpressionField
      {...{ value, onChange, label, long, id: props.id }}
      {...{ 'aria-describedby': props['aria-describedby'], 'aria-invalid': props['aria-invalid'] }}
      mode="template"
      place={inOutput ? { in: 'output' } : { in: 'run' }}
    />
  );
}

/** The input's JSON Schema, as text in the language of the spec. What does not read stays in the editor. */
function InputSchema({ value, error }: { value: Json | undefined; error: string | undefined }) {
  const readOnly = useBuilder(isLocked);
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? undefined : readSchema(typed);
  const isMine = read !== undefined && 'value' in read && JSON.stringify(read.value) === JSON.stringify(value);
  const broken = read !== undefined && 'problem' in read;
  const shown = typed !== undefined && (isMine || broken) ? typed : schemaText(value);
  return (
    <Field
      label="Input schema"
      help="A JSON Schema, draft 2020-12: the form of a run’s input, and what expressions know of it."
      error={broken ? read.problem.message : error}
    >
      {({ id, ...control }) => (
        <CodeEditor
          {...{ id, readOnly, value: shown, label: 'Input schema', minHeight: 120, language: 'yaml' }}
          {...{ 'aria-describedby': control['aria-describedby'], 'aria-invalid': control['aria-invalid'] }}
          problems={broken ? [read.problem] : NO_PROBLEMS}
          onChange={(text) => {
            setTyped(text);
            const next = readSchema(text);
            if ('value' in next) put(['input'], next.value);
          }}
        />
      )}
    </Field>
  );
}
const NO_PROBLEMS: never[] = [];
