import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';
import { Field, Select, TextArea } from '../../../../ui/index.js';
import css from './run.module.css';

export interface More {
  /** JSON, as it is typed. */
  metadata: string;
  priority: number | undefined;
}
export const NO_MORE: More = { metadata: '', priority: undefined };

/** What is seldom said of a run. */
export function MoreOptions({ value, onChange }: { value: More; onChange: (value: More) => void }) {
  return (
    <details className={css.more}>
      <summary>Metadata and priority</summary>
      <div className={css.stack}>
        <Field
          label="Metadata"
          help="A small JSON object that travels with the run. Expressions read it as run.metadata."
          error={objectOf(value.metadata) === undefined ? 'This is no JSON object yet.' : undefined}
        >
          {(control) => (
            <TextArea
              {...control}
              className="mono"
              spellCheck={false}
              placeholder="{ }"
              value={value.metadata}
              onChange={({ target }) => onChange({ ...value, metadata: target.value })}
            />
          )}
        </Field>
        <Field label="Priority" help="1 goes first, 5 last.">
          {(control) => (
            <Select
              {...control}
              value={value.priority ?? ''}
              onChange={({ target }) =>
                onChange({ ...value, priority: target.value === '' ? undefined : Number(target.value) })
              }
            >
              <option value="">As the spec says</option>
              {[1, 2, 3, 4, 5].map((priority) => (
                <option key={priority}>{priority}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </details>
  );
}

/** Undefined: it is none. No text is an empty one. */
export function objectOf(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch (err) {
    if (err instanceof SyntaxError) return undefined;
    throw err;
  }
}
