import { isObject, type Json, type JsonObject, type JsonSchema } from '../../core/json.js';
import { Html, html } from './html.js';

/**
 * A gate's form as plain HTML inputs, one for each property of a flat object; anything else is asked for as JSON. Names begin with `form.`.
 * The schema itself says what is right, when the form comes back.
 */
const FIELD = 'form.';
const WHOLE = 'form';

interface Field {
  name: string;
  schema: { type?: string; title?: string; description?: string; format?: string; enum?: Json[]; default?: Json };
  required: boolean;
}
export type Values = Record<string, string>;

const PLAIN = new Set(['string', 'number', 'integer', 'boolean']);

/** The fields of a flat form; undefined when it is none. */
function fieldsOf(schema: JsonSchema): Field[] | undefined {
  const { properties, required = [] } = schema as { properties?: Json; required?: string[] };
  if (!isObject(properties) || Object.keys(properties).length === 0) return undefined;
  const fields = Object.entries(properties).map(([name, given]) => ({
    name,
    schema: withOneType(isObject(given) ? given : {}),
    required: Array.isArray(required) && required.includes(name),
  }));
  return fields.every(({ schema: { type = '', enum: only } }) => Array.isArray(only) || PLAIN.has(type))
    ? fields
    : undefined;
}

/** What may be text, or something else, is asked for as text: as the answer to an agent. */
function withOneType({ type, ...schema }: JsonObject): Field['schema'] {
  const one = Array.isArray(type) ? (type.includes('string') ? 'string' : type[0]) : type;
  return { ...schema, ...(typeof one === 'string' ? { type: one } : {}) } as Field['schema'];
}

/** Inputs that show what was typed before. */
export function inputsOf(schema: JsonSchema, values: Values): Html {
  const fields = fieldsOf(schema);
  if (!fields)
    return html`<label for="form">What to bring along, as JSON</label>
      <textarea id="form" name="${WHOLE}" rows="6" spellcheck="false">${values[WHOLE] ?? ''}</textarea>`;
  return html`${fields.map((field) => inputOf(field, values))}`;
}

function inputOf({ name, schema, required }: Field, values: Values): Html {
  const id = FIELD + name;
  const { title = name, description, default: usual } = schema;
  const value = values[id] ?? (usual === undefined ? '' : textOf(usual));
  const need = required ? html`required` : undefined;
  const label = html`<label for="${id}">${title}${required ? '' : html` <small>optional</small>`}</label>`;
  const hint = description === undefined ? undefined : html`<p class="hint">${description}</p>`;
  if (Array.isArray(schema.enum))
    return html`${label}${hint}<select id="${id}" name="${id}" ${need}>
      <option value=""></option>
      ${schema.enum.map((each) => html`<option ${textOf(each) === value ? html`selected` : undefined}>${textOf(each)}</option>`)}
    </select>`;
  if (schema.type === 'boolean')
    return html`<label class="check"><input type="checkbox" name="${id}" value="true" ${value === 'true' ? html`checked` : undefined} /> ${title}</label>${hint}`;
  const type = schema.type === 'string' ? (TYPES[schema.format ?? ''] ?? 'text') : 'number';
  const step = schema.type === 'integer' ? html`step="1"` : schema.type === 'number' ? html`step="any"` : undefined;
  return html`${label}${hint}<input id="${id}" name="${id}" type="${type}" value="${value}" ${step} ${need} />`;
}

const TYPES: Record<string, string> = { date: 'date', email: 'email', uri: 'url' };
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What was filled in, in the types that the schema asks for. What does not fit is left as text, for the schema to complain of. An empty field says nothing. */
export function filledOut(schema: JsonSchema, values: Values): Json | undefined {
  const fields = fieldsOf(schema);
  if (!fields) return parsed(values[WHOLE] ?? '');
  return Object.fromEntries(
    fields.flatMap(({ name, schema: of }): [string, Json][] => {
      const text = values[FIELD + name];
      if (of.type === 'boolean') return [[name, text === 'true']];
      if (text === undefined || text === '') return [];
      const one = of.enum?.find((each) => textOf(each) === text);
      if (one !== undefined) return [[name, one]];
      return [[name, of.type === 'string' || Number.isNaN(Number(text)) ? text : Number(text)]];
    }),
  );
}

function parsed(text: string): Json | undefined {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
