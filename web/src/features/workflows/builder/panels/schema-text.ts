import { parseDocument, stringify } from 'yaml';
import { isObject, type Json, type JsonSchema } from '../../../../../../core/json.js';
import type { CodeProblem } from '../../../../ui/code-editor/index.js';
import { validate } from '../../../../ui/schema-form/index.js';

export const schemaText = (value: Json | undefined): string =>
  value === undefined ? '' : stringify(value, { lineWidth: 0 });

/** A JSON Schema from YAML or JSON text; no text is none. Its own words are looked at by the compiler. */
export function readSchema(text: string): { value: JsonSchema | undefined } | { problem: CodeProblem } {
  if (text.trim() === '') return { value: undefined };
  const document = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    const [start] = error.linePos ?? [];
    const message = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
    return { problem: { ...(start ? { line: start.line, column: start.col } : {}), message } };
  }
  const value = document.toJS({ maxAliasCount: 100 }) as Json;
  if (!isObject(value)) return { problem: { message: 'A schema is an object, such as { type: object }.' } };
  const [unusable] = validate(value, null).filter(({ message }) => message.startsWith('the schema can’t be used'));
  return unusable ? { problem: { message: unusable.message } } : { value };
}
