import { CodeEditor } from '../../../../ui/code-editor/index.js';
import { pointerOf, type TextControl } from '../../../../ui/schema-form/index.js';
import { ExpressionField, templatePartOf } from '../expression/index.js';
import { type DrawnNode, isLocked, useBuilder } from '../model/index.js';
import { PlainText } from './plain-text.js';

/** A text of a node's: where it may hold expressions it is an expression's editor, where it is code it is code's, else an input. */
export function NodeText({ node, path, ...control }: TextControl & { node: DrawnNode }) {
  const { value, onChange, long, label, schema, props } = control;
  const readOnly = useBuilder(isLocked);
  const pointer = pointerOf(path);
  if (path.at(-1) === 'code')
    return <CodeEditor {...{ value, onChange, label, readOnly }} {...controlOf(props)} minHeight={140} />;
  // What has a pattern is a name or a duration: an expression would not pass.
  if (schema['pattern'] === undefined && templatePartOf(node, pointer))
    return (
      <ExpressionField
        {...{ value, onChange, long, label }}
        {...controlOf(props)}
        mode="template"
        place={{ in: 'node', key: node.key, pointer }}
      />
    );
  return <PlainText {...control} path={path} />;
}

/** What an editor takes of a control's props: it knows no aria-required. */
const controlOf = ({ id, 'aria-describedby': describedBy, 'aria-invalid': invalid }: TextControl['props']) => ({
  ...{ id, 'aria-describedby': describedBy, 'aria-invalid': invalid },
});
