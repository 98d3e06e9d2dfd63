import { Input, TextArea } from '../../../../ui/index.js';
import type { TextControl } from '../../../../ui/schema-form/index.js';
import { useBuilder } from '../model/index.js';

/** A text without expressions. */
export function PlainText({ value, onChange, long, placeholder, props }: TextControl) {
  const readOnly = useBuilder((state) => state.readOnly);
  const common = { ...props, value, readOnly, placeholder };
  return long ? (
    <TextArea {...common} onChange={({ target }) => onChange(target.value)} />
  ) : (
    <Input {...common} autoComplete="off" spellCheck={false} onChange={({ target }) => onChange(target.value)} />
  );
}
