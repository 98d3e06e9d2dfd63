import { Environment, type ObjectSchema } from '@marcbachmann/cel-js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { ENVIRONMENT_OPTIONS } from './engine.js';

/** What an expression's names are, as JSON Schemas; an empty schema is anything. */
export interface Names {
  input: JsonSchema;
  /** Outputs of the nodes that may be named. */
  nodes: ReadonlyMap<string, JsonSchema>;
  /** Keys of all nodes, for a suggestion. */
  allNodes?: Iterable<string>;
}

/** The types of everything that a spec's expressions may name. */
export class TypedNames {
  /** The properties of the object types, by the name of the type. */
  readonly properties = new Map<string, string[]>();
  private readonly environment: Environment;

  constructor({ input, nodes }: Names) {
    this.environment = withProfile(new Environment(ENVIRONMENT_OPTIONS));
    this.environment.registerVariable('input', this.typeOf(input, 'input'));
    const outputs = [...nodes].map(([key, output]): [string, string] => [key, this.nodeOf(key, output)]);
    this.environment.registerVariable('nodes', this.object('nodes', Object.fromEntries(outputs)));
    this.environment.registerVariable('run', this.object('run', RUN));
  }

  /** What every expression sees. */
  forNodes(): Environment {
    return this.environment;
  }

  /** What a map's body sees: also `item`, of this type, and `index`. */
  forItems(item: string): Environment {
    return this.environment.clone().registerVariable('item', item).registerVariable('index', 'int');
  }

  private nodeOf(key: string, output: JsonSchema): string {
    const name = `nodes.${key}`;
    return this.object(name, { status: 'string', output: this.typeOf(output, `${name}.output`), error: 'dyn' });
  }

  /** A JSON Schema as a CEL type. What CEL can't say (unions, references, open objects) is `dyn`. */
  private typeOf(schema: Json | undefined, name: string): string {
    if (!isObject(schema) || COMPOSED.some((keyword) => keyword in schema)) return 'dyn';
    const { type } = schema;
    if (typeof type !== 'string') return 'dyn';
    if (type === 'array') return `list<${this.typeOf(schema['items'], `${name}[]`)}>`;
    if (type !== 'object') return SCALARS[type] ?? 'dyn';
    if (!closedFields(schema)) return 'dyn';
    const fields = Object.entries(schema['properties'] as JsonSchema).map(([property, inner]): [string, string] => [
      property,
      this.typeOf(inner, `${name}.${property}`),
    ]);
    return this.object(name, Object.fromEntries(fields));
  }

  /** Registers a type, under a name that reads well in messages and that nothing else has. */
  private object(name: string, schema: ObjectSchema): string {
    const plain = name.replaceAll(/[^\w.[\]]/g, '_');
    let unique = plain;
    for (let n = 2; this.properties.has(unique); n++) unique = `${plain}'${n}`;
    this.environment.registerType({ name: unique, schema });
    this.properties.set(unique, Object.keys(schema));
    return unique;
  }
}

const RUN: ObjectSchema = {
  id: 'string',
  workflow: 'string',
  version: 'double',
  started_at: 'string',
  starter: 'string',
  metadata: 'dyn',
};

const SCALARS: Record<string, string> = { string: 'string', boolean: 'bool', integer: 'double', number: 'double' };
/** With these beside `properties`, an object may have other properties, too. */
const COMPOSED = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'patternProperties'];

/**
 * An object whose properties are declared has just these, unless it says `additionalProperties: true`: that is what lets the
 * compiler catch a misspelt name.
 */
export function closedFields(schema: JsonSchema): boolean {
  const { properties, additionalProperties } = schema;
  const open = additionalProperties !== undefined && additionalProperties !== false;
  return isObject(properties) && Object.keys(properties).length > 0 && !open;
}

/**
 * What the profile adds to CEL, for its types: JSON knows one kind of number, which is CEL's double, while literals in expressions are
 * ints, so operators take them mixed; and a few functions. The library checks types only, so nothing here is ever called.
 */
function withProfile(environment: Environment): Environment {
  for (const op of ['+', '-', '*', '/', '%']) {
    environment.registerOperator(`int ${op} double`, zero);
    environment.registerOperator(`double ${op} int`, zero);
  }
  for (const operator of OPERATORS_ADDED) environment.registerOperator(operator, zero);
  for (const signature of FUNCTIONS_ADDED) environment.registerFunction(signature, zero);
  return environment;
}
const zero = (): number => 0;
const OPERATORS_ADDED = [
  'double % double',
  'int == double',
  'int in list<double>',
  'double in list<int>',
  'list<int> == list<double>',
  'list<int> + list<double>',
  'list<double> + list<int>',
];
const FUNCTIONS_ADDED = [
  'string.replace(string, string): string',
  'string.replace(string, string, int): string',
  'string.charAt(int): string',
  'string(google.protobuf.Timestamp): string',
  'string(google.protobuf.Duration): string',
  'int(google.protobuf.Timestamp): int',
  'timestamp(google.protobuf.Timestamp): google.protobuf.Timestamp',
  'duration(google.protobuf.Duration): google.protobuf.Duration',
];
