import { useState } from 'react';
import { Field, TextArea } from '../../ui/index.js';

/** What an approval brings along, as JSON. */
export function GateForm({
  schema,
  value,
  onChange,
}: {
  schema: unknown;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(value ?? {}, null, 2));
  const [error, setError] = useState<string>();
  const put = (next: string): void => {
    setText(next);
    try {
      onChange(JSON.parse(next));
      setError(undefined);
    } catch {
      setError('This is no JSON.');
    }
  };
  return (
    <Field label="Form" help={`By this schema: ${JSON.stringify(schema)}`} error={error}>
      {(field) => <TextArea {...field} rows={4} value={text} onChange={({ target }) => put(target.value)} />}
    </Field>
  );
}
