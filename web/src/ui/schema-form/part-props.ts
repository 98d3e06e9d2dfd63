import type { ReactNode } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { nameOf } from './shape.js';
import type { Path } from './values.js';

export interface PartProps {
  path: Path;
  /** Its references followed. */
  schema: JsonSchema;
  label: string;
  required: boolean;
  value: Json | undefined;
  /** Of an item or an entry, that it is needed goes without saying: it can be removed. */
  unmarked?: boolean;
  /** What may be done with the part as a whole, such as to remove it from its list. */
  end?: ReactNode;
  /** The label is said, not drawn: the form's own frame has it. */
  hideLabel?: boolean;
}

/** What stands under the control: the schema's description and its default. */
export function helpOf({ description, default: preset, deprecated }: JsonSchema): string | undefined {
  const parts = [
    deprecated === true ? 'No longer used.' : undefined,
    typeof description === 'string' ? description : undefined,
    preset === undefined || preset === '' ? undefined : `Default: ${nameOf(preset)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}

export const titleOf = (schema: JsonSchema, name: string): string =>
  typeof schema['title'] === 'string' ? schema['title'] : name;
