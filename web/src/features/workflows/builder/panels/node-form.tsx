import { useCallback, useMemo } from 'react';
import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';
import { Button, Empty, Field, Input, TextArea } from '../../../../ui/index.js';
import { type Edit, SchemaForm, type TextControl } from '../../../../ui/schema-form/index.js';
import { remove } from '../canvas/actions.js';
import { PreviewRunPicker } from '../expression/index.js';
import { changeNode, type DrawnNode, type PlacedProblem, useBuilder } from '../model/index.js';
import { changeField } from './change-field.js';
import { FoldedGroup } from './folded-group.js';
import { MapPin, Trash2 } from 'lucide-react';
import { KeyField } from './key-field.js';
import { Problems } from './problems.js';
import { configSchema, errorsOf, groupErrors, nodeGroups, pick } from './node-schema.js';
import { NodeText } from './node-text.js';
import css from './panels.module.css';

const NONE: readonly PlacedProblem[] = [];

/** All that can be said of one node: drawn from the compiler's schema, written into the spec's text. `onRemoved`: as an edge's form. */
export function NodeForm({ nodeKey, onRemoved }: { nodeKey: string; onRemoved: () => void }) {
  const node = useBuilder(({ view }) => view.nodes.find(({ key }) => key === nodeKey));
  const count = useBuilder(({ view }) => view.nodes.length);
  const all = useBuilder((state) => state.problems);
  const problems = useMemo(() => all.filter((each) => each.node === nodeKey), [all, nodeKey]);
  if (!node)
    return (
      <Empty icon={MapPin} title="This node is gone">
        It was removed, or has another key now.
      </Empty>
    );
  // A form of its own for each node: what is half typed in one must not stand in the next. Told by its place, not its key: a new key keeps the focus.
  return (
    <Fields
      key={`${count} ${node.index} ${node.type}`}
      node={node}
      problems={problems.length === 0 ? NONE : problems}
      onRemoved={onRemoved}
    />
  );
}

function Fields({
  node,
  problems,
  onRemoved,
}: {
  node: DrawnNode;
  problems: readonly PlacedProblem[];
  onRemoved: () => void;
}) {
  const readOnly = useBuilder((state) => state.readOnly);
  const { key, type, value } = node;
  const schema = useMemo(() => configSchema(type), [type]);
  const groups = useMemo(() => nodeGroups(type), [type]);
  const errors = useMemo(() => errorsOf(problems, '/config'), [problems]);
  const description = value['description'];
  const drawn = ['config', 'key', ...(schema ? [] : ['type']), ...groups.flatMap(({ fields }) => fields)];
  return (
    <div className={css.form}>
      <Problems problems={problems.filter(({ field }) => !drawn.includes(field.split('/')[1] ?? ''))} />
      <KeyField node={node} errors={errorsOf(problems, '/key')} />
      <Field label="Description" help="What it is for, in a sentence.">
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            readOnly={readOnly}
            value={typeof description === 'string' ? description : ''}
            onChange={({ target }) => put(key, ['description'], target.value || undefined)}
          />
        )}
      </Field>
      <PreviewRunPicker />
      {schema ? (
        <section className={css.section} aria-label="Config">
          <Part base="config" label="Config" {...{ node, schema, errors }} value={value['config']} />
        </section>
      ) : (
        <UnknownType node={node} />
      )}
      {groups.map(({ id, title, fields, schema: group }) => {
        const found = groupErrors(problems, fields);
        const given = pick(value, fields);
        return (
          <FoldedGroup key={id} title={title} set={Object.keys(given).length} wrong={found.length}>
            <Part base="" label={title} schema={group} errors={found} value={given} node={node} />
          </FoldedGroup>
        );
      })}
      {!readOnly && (
        <Button
          look="danger"
          icon={<Trash2 />}
          onClick={() => {
            remove({ nodes: [key] });
            onRemoved();
          }}
        >
          Remove this node
        </Button>
      )}
    </div>
  );
}

function put(key: string, path: readonly (string | number)[], value: Json | undefined): void {
  changeField(`${key}/${path.join('/')}`, `${key}: ${path.at(-1) ?? 'config'} changed`, (text) =>
    changeNode(text, key, path, value),
  );
}

type PartProps = Pick<React.ComponentProps<typeof SchemaForm>, 'schema' | 'value' | 'label' | 'errors'> & {
  /** The field of the node that the form is of; '' for several of the node's own. */
  base: '' | 'config';
  node: DrawnNode;
};
/** Of a config, what is always in sight; the rest is there when it is set. */
const FIRST = 6;

function Part({ base, node, ...form }: PartProps) {
  const readOnly = useBuilder((state) => state.readOnly);
  const { key } = node;
  const onChange = useCallback(
    (_: Json | undefined, { path, value }: Edit) => put(key, base === '' ? path : [base, ...path], value),
    [key, base],
  );
  const renderText = useCallback(
    (control: TextControl) => (
      <NodeText {...control} node={node} path={base === '' ? control.path : [base, ...control.path]} />
    ),
    [node, base],
  );
  return <SchemaForm {...form} first={FIRST} {...{ readOnly, onChange, renderText }} />;
}

/** Its type is none, so nobody knows what its config may hold. */
function UnknownType({ node: { key, type, value } }: { node: DrawnNode }) {
  const config: JsonObject = isObject(value['config']) ? value['config'] : {};
  return (
    <>
      <Field label="Type" error={type === '' ? 'A node needs a type.' : `There is no type ${type}.`}>
        {(control) => <Input {...control} value={type} onChange={({ target }) => put(key, ['type'], target.value)} />}
      </Field>
      <SchemaForm
        label="Config"
        schema={{}}
        value={config}
        onChange={(_, { path, value: next }) => put(key, ['config', ...path], next)}
      />
    </>
  );
}
