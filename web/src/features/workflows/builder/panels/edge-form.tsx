import { Plus, Spline, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button, Empty, Field, Select } from '../../../../ui/index.js';
import { remove } from '../canvas/actions.js';
import { ExpressionField, PreviewRunPicker } from '../expression/index.js';
import { type DrawnEdge, type EdgeChange, setEdge, useBuilder } from '../model/index.js';
import { changeField } from './change-field.js';
import { errorsOf } from './node-schema.js';
import { pairProblem } from './pairs.js';
import css from './panels.module.css';
import { Problems } from './problems.js';

const ON = [
  { value: 'success', label: 'on success', help: 'Taken when the node before has completed.' },
  { value: 'failure', label: 'on failure', help: 'Taken when the node before has failed.' },
  { value: 'always', label: 'always', help: 'Taken whatever became of the node before.' },
] as const;
const FIELDS = new Set(['from', 'to', 'on', 'condition']);

/** All that can be said of one edge, by its place in the spec's list. `onRemoved`: the button that did it is gone, and the focus with it. */
export function EdgeForm({ index, onRemoved }: { index: number; onRemoved: () => void }) {
  const edge = useBuilder(({ view }) => view.edges.find((each) => each.index === index));
  const all = useBuilder((state) => state.problems);
  const problems = useMemo(() => all.filter((each) => each.edge === index), [all, index]);
  const readOnly = useBuilder((state) => state.readOnly);
  if (!edge)
    return (
      <Empty icon={Spline} title="This edge is gone">
        It was removed.
      </Empty>
    );
  const put = (label: string, changed: EdgeChange): void =>
    changeField(`edge ${index} ${Object.keys(changed).join()}`, label, (text) => setEdge(text, index, changed));
  const errorOf = (field: string): string | undefined => errorsOf(problems, `/${field}`)[0]?.message;
  const on = ON.find(({ value }) => value === edge.on)!;
  return (
    <div className={css.form}>
      <Problems problems={problems.filter(({ field }) => !FIELDS.has(field.split('/')[1] ?? ''))} />
      <End
        end="from"
        edge={edge}
        error={errorOf('from')}
        onPick={(from) => put('The edge begins elsewhere', { from })}
      />
      <End end="to" edge={edge} error={errorOf('to')} onPick={(to) => put('The edge leads elsewhere', { to })} />
      <Field label="Taken" help={on.help} error={errorOf('on')}>
        {(control) => (
          <Select
            {...control}
            disabled={readOnly}
            value={edge.on}
            onChange={({ target }) => put(`The edge is taken ${target.value}`, { on: target.value })}
          >
            {ON.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Condition
        edge={edge}
        error={errorOf('condition')}
        onChange={(condition) => put('The condition is changed', { condition })}
      />
      <PreviewRunPicker />
      {!readOnly && (
        <Button
          look="danger"
          icon={<Trash2 />}
          onClick={() => {
            remove({ edges: [index] });
            onRemoved();
          }}
        >
          Remove this edge
        </Button>
      )}
    </div>
  );
}

/** Nodes to which no edge can lead say why. */
function End({
  end,
  edge,
  error,
  onPick,
}: {
  end: 'from' | 'to';
  edge: DrawnEdge;
  error: string | undefined;
  onPick: (key: string) => void;
}) {
  const view = useBuilder((state) => state.view);
  const readOnly = useBuilder((state) => state.readOnly);
  const known = view.nodes.some(({ key }) => key === edge[end]);
  return (
    <Field label={end === 'from' ? 'From' : 'To'} error={error}>
      {(control) => (
        <Select {...control} disabled={readOnly} value={edge[end]} onChange={({ target }) => onPick(target.value)}>
          {!known && <option value={edge[end]}>{edge[end]} (not there)</option>}
          {view.nodes.map(({ key }) => {
            const why = key === edge[end] ? undefined : pairProblem(view, { ...edge, [end]: key }, edge.index);
            return (
              <option key={key} value={key} disabled={why !== undefined}>
                {why === undefined ? key : `${key} (${why})`}
              </option>
            );
          })}
        </Select>
      )}
    </Field>
  );
}

function Condition({
  edge,
  error,
  onChange,
}: {
  edge: DrawnEdge;
  error: string | undefined;
  onChange: (text: string | undefined) => void;
}) {
  const readOnly = useBuilder((state) => state.readOnly);
  // What was pressed is gone then, so the focus goes where one goes on.
  const [pressed, setPressed] = useState<'add' | 'remove'>();
  if (edge.condition === undefined)
    return (
      <Field label="Condition" help="Without one, it is always taken when its turn comes.">
        {({ id }) => (
          <Button
            id={id}
            icon={<Plus />}
            aria-label="Add a condition" // the field's own label would be its name
            disabled={readOnly}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- as above
            autoFocus={pressed === 'remove'}
            onClick={() => (setPressed('add'), onChange('true'))}
          >
            Add a condition
          </Button>
        )}
      </Field>
    );
  return (
    <Field
      label="Condition"
      error={error}
      help="CEL, true or false: such as nodes.fetch.output.status == 200"
      end={
        !readOnly && (
          <Button
            look="quiet"
            icon={<Trash2 />}
            aria-label="Remove the condition"
            onClick={() => (setPressed('remove'), onChange(undefined))}
          />
        )
      }
    >
      {({ id, ...control }) => (
        <ExpressionField
          {...{ id, 'aria-describedby': control['aria-describedby'], 'aria-invalid': control['aria-invalid'] }}
          mode="cel"
          long
          fresh={pressed === 'add'}
          label="Condition"
          place={{ in: 'edge', index: edge.index }}
          value={edge.condition ?? ''}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
