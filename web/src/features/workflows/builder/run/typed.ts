import type { Json } from '../../../../../../core/json.js';

/** A run's input as it is typed. */
export interface Typed {
  /** Undefined: the text is no JSON. */
  value: Json | undefined;
  /** JSON as text, just as it stands there; undefined: it is typed in the form. */
  text: string | undefined;
}

export const EMPTY: Typed = { value: {}, text: undefined };

export const inForm = (value: Json): Typed => ({ value, text: undefined });
export const asText = (value: Json): Typed => ({ value, text: textOf(value) });
export const ofText = (text: string): Typed => ({ value: readJson(text), text });
/** Another value in the place of what was typed, and typed on in the same way. */
export const instead = ({ text }: Typed, value: Json): Typed => (text === undefined ? inForm(value) : asText(value));

export const textOf = (value: Json | undefined): string => JSON.stringify(value, null, 2);

/** Undefined: it is no JSON, which has no such value. */
function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (err) {
    if (err instanceof SyntaxError) return undefined;
    throw err;
  }
}
