import { useState } from 'react';
import type { JsonSchema } from '../../../../../../core/json.js';
import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { DiffEditor } from '../../../../ui/code-diff/index.js';
import { Field, Input, Select } from '../../../../ui/index.js';
import { JsonView } from '../../../../ui/json-view.js';
import css from './actions.module.css';
import { CONFIRM, type Draft, type Missing } from './draft.js';
import type { ActName } from './offers.js';

/** What the dialogs need to know of the run. */
export interface AboutRun {
  workflow: string;
  spec: string;
  completed: boolean;
  /** Keys of nodes that have settled, and of those that failed. */
  settled: readonly string[];
  failed: readonly { key: string; input: string | null }[];
  /** Names of events that the plan waits for. */
  events: readonly string[];
  /** Of the node that the act is about. */
  node?: { type: string; hasInput: boolean; schema: JsonSchema | undefined };
}
export interface FieldsProps {
  draft: Draft;
  set: (more: Partial<Draft>) => void;
  run: AboutRun;
  missing: Missing | undefined;
}

const errorOf = (missing: Missing | undefined, field: keyof Draft): string | undefined =>
  missing?.field === field ? missing.not : undefined;

/** The fields of each act; null: it has none. */
export const FIELDS: Record<ActName, ((props: FieldsProps) => React.ReactNode) | null> = {
  ...{ pause: null, resume: null, cancel: null, skip: null, pause_node: null, resume_node: null, compare: null },
  retry: Retry,
  set_output: SetOutput,
  fork: (props) => <Fork {...props} choose />,
  fork_here: Fork,
  redrive: Redrive,
  amend: Amend,
  event: SendEvent,
  terminate: Terminate,
};

function Retry({ draft, set, run: { node }, missing }: FieldsProps) {
  const { instead, fresh } = draft;
  return (
    <>
      <Choice
        label="How"
        name="retry"
        value={instead === 'input' ? 'input' : fresh ? 'fresh' : 'as_is'}
        onChange={(value) => set({ instead: value === 'input' ? 'input' : 'as_is', fresh: value === 'fresh' })}
        options={[
          ['as_is', 'The same effect, under its key', 'Who honours keys does nothing twice.'],
          ['fresh', 'Another effect, under a new key', 'It goes out even if the one before has happened.'],
          ...(node?.hasInput && node.type !== 'subworkflow'
            ? ([['input', 'With another input', 'Another effect, under a new key.']] as const)
            : []),
        ]}
      />
      {instead === 'input' && (
        <JsonField
          label="Input"
          value={draft.input}
          error={errorOf(missing, 'input')}
          onChange={(input) => set({ input })}
        />
      )}
    </>
  );
}

function SetOutput({ draft, set, run: { node }, missing }: FieldsProps) {
  return (
    <>
      <JsonField
        label="Output"
        value={draft.output}
        error={errorOf(missing, 'output')}
        onChange={(output) => set({ output })}
      />
      {node?.schema && (
        <details className={css.schema}>
          <summary>It must fit this schema</summary>
          <JsonView value={node.schema} label="Schema of the output" />
        </details>
      )}
    </>
  );
}

function Fork({ draft, set, run, missing, choose = false }: FieldsProps & { choose?: boolean }) {
  const { instead, from } = draft;
  return (
    <>
      {choose && (
        <Field label="From" help="What does not hang on this node, and has settled, is taken over from the record.">
          {(props) => (
            <Select {...props} value={from} onChange={(event) => set({ from: event.target.value })}>
              <option value="">Choose a node</option>
              {run.settled.map((key) => (
                <option key={key}>{key}</option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Choice
        label="The node"
        name="fork"
        value={instead}
        onChange={(value) => set({ instead: value as Draft['instead'] })}
        options={[
          ['as_is', 'Runs again', 'With what its expressions give.'],
          ['input', 'Runs again with another input', 'What stands here, instead of what its expressions give.'],
          ['output', 'Has this output', 'It does not run.'],
        ]}
      />
      {instead !== 'as_is' && (
        <JsonField
          label={instead === 'input' ? 'Input' : 'Output'}
          value={draft[instead]}
          error={errorOf(missing, instead)}
          onChange={(value) => set({ [instead]: value })}
        />
      )}
    </>
  );
}

function Redrive({ draft, set, run, missing }: FieldsProps) {
  const { nodes, inputs } = draft;
  const toggled = <T,>(list: readonly T[], one: T): T[] =>
    list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
  const setInput = (key: string, text: string | undefined) => {
    const { [key]: _, ...others } = inputs;
    set({ inputs: text === undefined ? others : { ...others, [key]: text } });
  };
  return (
    <>
      {run.completed && (
        <fieldset className={css.choice}>
          <legend>Failed nodes that run again</legend>
          {run.failed.map(({ key }) => (
            <label key={key}>
              <input
                type="checkbox"
                checked={nodes.includes(key)}
                onChange={() => set({ nodes: toggled(nodes, key) })}
              />
              <code>{key}</code>
            </label>
          ))}
        </fieldset>
      )}
      <Check label="All effects once more, under new keys" checked={draft.fresh} onChange={(fresh) => set({ fresh })} />
      {run.failed
        .filter(({ input }) => input !== null)
        .map(({ key, input }) => (
          <div key={key}>
            <Check
              label={`Another input for ${key}`}
              checked={key in inputs}
              onChange={(on) => setInput(key, on ? input! : undefined)}
            />
            {key in inputs && (
              <JsonField label={`Input of ${key}`} value={inputs[key]!} onChange={(text) => setInput(key, text)} />
            )}
          </div>
        ))}
      {missing?.field === 'inputs' && <p className={css.error}>{missing.not}</p>}
    </>
  );
}

function Amend({ draft, set, run, missing }: FieldsProps) {
  const { by, spec, patch, version } = draft;
  return (
    <>
      <Choice
        row
        label="By"
        name="amend"
        value={by}
        onChange={(value) => set({ by: value as Draft['by'] })}
        options={[
          ['spec', 'The whole spec', 'As it is now, with what you change marked.'],
          ['patch', 'A patch', 'Nodes by key, edges to add and to remove.'],
          ['version', 'A version of the workflow', `The run is moved to that version of ${run.workflow}.`],
        ]}
      />
      {by === 'spec' && (
        <div className={css.tall}>
          <DiffEditor
            label="Spec"
            language="yaml"
            original={run.spec}
            value={spec}
            onChange={(text) => set({ spec: text })}
          />
        </div>
      )}
      {by === 'patch' && (
        <Field
          label="Patch"
          error={errorOf(missing, 'patch')}
          help="YAML: nodes (null removes one), remove_edges, add_edges, output."
        >
          {(props) => (
            <CodeEditor
              {...props}
              label="Patch"
              language="yaml"
              minHeight={160}
              value={patch}
              onChange={(text) => set({ patch: text })}
            />
          )}
        </Field>
      )}
      {by === 'version' && (
        <Field label="Version" error={errorOf(missing, 'version')}>
          {(props) => (
            <Input
              {...props}
              inputMode="numeric"
              value={version}
              onChange={(event) => set({ version: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function SendEvent({ draft, set, run, missing }: FieldsProps) {
  return (
    <>
      <Field label="Name" help="What the run waits for, or may wait for later.">
        {(props) => (
          <>
            <Input
              {...props}
              autoFocus
              list="event-names"
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
            <datalist id="event-names">
              {run.events.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="Key" help="What it is about, such as an order’s number: a wait takes those with its own.">
        {(props) => <Input {...props} value={draft.key} onChange={(event) => set({ key: event.target.value })} />}
      </Field>
      <JsonField label="Data" value={draft.data} error={errorOf(missing, 'data')} onChange={(data) => set({ data })} />
    </>
  );
}

function Terminate({ draft, set }: FieldsProps) {
  return (
    <Field label={`Type ${CONFIRM} to go on`}>
      {(props) => (
        <Input
          {...props}
          autoFocus
          autoComplete="off"
          value={draft.confirm}
          onChange={(event) => set({ confirm: event.target.value })}
        />
      )}
    </Field>
  );
}

function JsonField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: string;
  error?: string | undefined;
  onChange: (text: string) => void;
}) {
  // What is wrong while somebody types is told when they are away from it.
  const [left, setLeft] = useState(false);
  return (
    <div onBlur={() => setLeft(true)} onFocus={() => setLeft(false)}>
      <Field label={label} error={left ? error : undefined} help="JSON">
        {(props) => (
          <div className={css.json}>
            <CodeEditor {...props} label={label} language="json" minHeight={96} value={value} onChange={onChange} />
          </div>
        )}
      </Field>
    </div>
  );
}

const Check = ({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) => (
  <label className={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
);

function Choice({
  label,
  name,
  value,
  onChange,
  options,
  row = false,
}: {
  label: string;
  name: string;
  /** Beside each other, with what is said of the one that is chosen. */
  row?: boolean;
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [value: string, label: string, help: string])[];
}) {
  return (
    <fieldset className={css.choice} data-row={row || undefined}>
      <legend>{label}</legend>
      {options.map(([each, text, help]) => (
        <label key={each}>
          <input type="radio" name={name} checked={value === each} onChange={() => onChange(each)} />
          <span>
            {text}
            {!row && <span className={css.help}>{help}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
