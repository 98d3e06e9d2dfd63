import { isObject, type Json } from '../json.js';
import { valueAt } from './issues.js';
import { specJsonSchema } from './schema.js';

/** Of a published schema, what is needed to find one's way in it. */
export interface Schema {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  const?: unknown;
}

type Published = Schema & { $defs?: Record<string, Schema> };

/** Makes the published schema of a kind of document. */
export type Publish = () => object;
const published = new Map<Publish, Published>();

function publishedBy(publish: Publish): Published {
  const known = published.get(publish);
  if (known) return known;
  const made = publish() as Published;
  published.set(publish, made);
  return made;
}

/** The names of the fields that may stand at a path, out of the published schema. */
export function fieldsAt(path: readonly PropertyKey[], value: Json, publish: Publish = specJsonSchema): string[] {
  return [...new Set(schemasAt(path, value, publish).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** The schemas of what may stand at a path, out of the published one; alternatives are told apart by their constants. */
export function schemasAt(path: readonly PropertyKey[], value: Json, publish: Publish = specJsonSchema): Schema[] {
  const root = publishedBy(publish);
  const alternatives = (schema: Schema, here: Json | undefined): Schema[] => {
    if (schema.$ref) {
      const named = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
      return named ? alternatives(named, here) : [];
    }
    const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (!options) return [schema];
    const all = options.flatMap((option) => alternatives(option, here));
    const fitting = all.filter((option) => fits(option, here));
    return fitting.length > 0 ? fitting : all;
  };
  let schemas = alternatives(root, value);
  let here: Json | undefined = value;
  for (const part of path) {
    here = valueAt(here, [part]);
    schemas = schemas.flatMap((schema) => {
      const others = schema.additionalProperties;
      const inner =
        schema.properties?.[String(part)] ??
        (typeof part === 'number' ? schema.items : typeof others === 'object' ? others : undefined);
      return inner ? alternatives(inner, here) : [];
    });
  }
  return schemas;
}

const fits = (schema: Schema, value: Json | undefined): boolean =>
  Object.entries(schema.properties ?? {}).every(
    ([name, { const: constant }]) =>
      constant === undefined || !isObject(value) || value[name] === undefined || value[name] === constant,
  );
