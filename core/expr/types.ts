import { Environment, type ObjectSchema } from '@marcbachmann/cel-js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { addProfile, ENVIRONMENT_OPTIONS } from './engine.js';

/** What an expression's names are, as JSON Schemas; an empty schema is anything. */
export interface Names {
  input: JsonSchema;
  /** Outputs of the nodes that may be named. */
  nodes: ReadonlyMap<string, JsonSchema>;
  /** Keys of all nodes, for a suggestion. */
  allNodes?: Iterable<string>;
}

const RUN: ObjectSchema = {
  id: 'string',
  workflow: 'string',
  version: 'double',
  started_at: 'string',
  starter: 'string',
  metadata: 'dyn',
};

/** An environment that knows the types of everything; `item` and `index` only for a map's body. */
export function typedEnvironment({ input, nodes }: Names, scope: 'node' | 'item'): Environment {
  const environment = addProfile(new Environment(ENVIRONMENT_OPTIONS));
  const types = new Types(environment);
  declare(environment, 'input', types.of(input));
  const outputs: ObjectSchema = {};
  for (const [key, output] of nodes) outputs[key] = { status: 'string', output: types.of(output), error: 'dyn' };
  environment.registerVariable({ name: 'nodes', schema: outputs });
  environment.registerVariable({ name: 'run', schema: RUN });
  if (scope === 'item') environment.registerVariable('item', 'dyn').registerVariable('index', 'dyn');
  return environment;
}

function declare(environment: Environment, name: string, type: string | ObjectSchema): void {
  if (typeof type === 'string') environment.registerVariable(name, type);
  else environment.registerVariable({ name, schema: type });
}

const SCALARS: Record<string, string> = { string: 'string', boolean: 'bool', integer: 'double', number: 'double' };

/** JSON Schemas as CEL types. What CEL can't say (unions, references, open objects) is `dyn`. */
class Types {
  private count = 0;
  private readonly environment: Environment;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  of(schema: Json | undefined): string | ObjectSchema {
    if (!isObject(schema)) return 'dyn';
    const { type } = schema;
    if (typeof type !== 'string') return 'dyn';
    if (type === 'array') return this.list(schema['items']);
    if (type === 'object') return closedFields(schema) ? this.fields(schema) : 'dyn';
    return SCALARS[type] ?? 'dyn';
  }

  private fields(schema: JsonSchema): ObjectSchema {
    return Object.fromEntries(
      Object.entries(schema['properties'] as JsonSchema).map(([name, inner]) => [name, this.of(inner)]),
    );
  }

  /** A list's element type must have a name. */
  private list(items: Json | undefined): string {
    const element = this.of(items);
    if (typeof element === 'string') return `list<${element}>`;
    const name = `Item${this.count++}`;
    this.environment.registerType({ name, schema: element });
    return `list<${name}>`;
  }
}

/**
 * An object whose properties are declared has just these, unless it says `additionalProperties: true`: that is what lets the
 * compiler catch a misspelt name.
 */
export function closedFields(schema: JsonSchema): boolean {
  const { properties, additionalProperties } = schema;
  const open = additionalProperties !== undefined && additionalProperties !== false;
  return (
    isObject(properties) && Object.keys(properties).length > 0 && !open && schema['patternProperties'] === undefined
  );
}
