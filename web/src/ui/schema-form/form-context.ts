import { createContext, type ReactNode, use } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import type { FieldError } from './validate.js';
import { type Path, pointerOf } from './values.js';

/** A text's control, as it is drawn: whoever uses the form may draw another, such as one for expressions. */
export interface TextControl {
  path: Path;
  schema: JsonSchema;
  value: string;
  onChange: (text: string) => void;
  required: boolean;
  long: boolean;
  label: string;
  placeholder: string | undefined;
  /** To be spread on the control. */
  props: ControlProps;
}
export interface ControlProps {
  id: string;
  'aria-required': boolean | undefined;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

export interface Form {
  root: JsonSchema;
  errors: readonly FieldError[];
  /** Puts a value there; undefined takes it out. */
  edit: (path: Path, next: Json | undefined) => void;
  readOnly: boolean;
  /** So many fields of an object are always drawn; of the rest only those that are set, needed or wrong. */
  first: number;
  renderText: ((control: TextControl) => ReactNode) | undefined;
}

export const FormContext = createContext<Form | undefined>(undefined);
export function useForm(): Form {
  const form = use(FormContext);
  if (!form) throw new Error('a part of a form stands outside of one');
  return form;
}

/** What is wrong at that place; `deep`: or anywhere inside, for what isn't drawn in parts. */
export function errorAt(errors: readonly FieldError[], path: Path, deep = false): string | undefined {
  const place = pointerOf(path);
  const found = errors.filter(
    ({ pointer }) => pointer === place || (deep && (place === '' || pointer.startsWith(`${place}/`))),
  );
  if (found.length === 0) return undefined;
  return found
    .map(({ pointer, message }) => (pointer === place ? message : `${pointer.slice(place.length)}: ${message}`))
    .join(' ');
}
