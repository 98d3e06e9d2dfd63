import { Environment } from '@marcbachmann/cel-js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { ENVIRONMENT_OPTIONS } from './engine.js';

/** What an expression's names are, as JSON Schemas; an empty schema is anything. */
export type Names = SpecNames | DeliveryNames;
export interface DeliveryNames {
  body: JsonSchema;
  headers: JsonSchema;
}
export interface SpecNames {
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
  /** Names of the types, by their fields. */
  private readonly registered = new Map<string, string>();
  private readonly environment: Environment;

  constructor(names: Names) {
    this.environment = withProfile(new Environment(ENVIRONMENT_OPTIONS));
    if ('body' in names) this.registerDelivery(names);
    else this.registerSpec(names);
  }

  private registerDelivery({ body, headers }: DeliveryNames): void {
    this.environment.registerVariable('body', this.typeOf(body));
    this.environment.registerVariable('headers', this.typeOf(headers));
  }

  private registerSpec({ input, nodes }: SpecNames): void {
    const outputs = [...nodes].map(([key, output]) => [key, this.nodeOf(output)] as const);
    this.environment.registerVariable('input', this.typeOf(input));
    this.environment.registerVariable('nodes', this.object(outputs));
    this.environment.registerVariable('run', this.object(Object.entries(RUN)));
  }

  /** What every expression sees. */
  forNodes(): Environment {
    return this.environment;
  }

  /** What a map's body sees: also `item`, of this type, and `index`. */
  forItems(item: string): Environment {
    return this.environment.clone().registerVariable('item', item).registerVariable('index', 'int');
  }

  private nodeOf(output: JsonSchema): string {
    return this.object([
      ['status', 'string'],
      ['output', this.typeOf(output)],
      ['error', 'dyn'],
    ]);
  }

  /** A JSON Schema as a CEL type. What CEL can't say (unions, references, open objects) is `dyn`. */
  private typeOf(schema: Json | undefined): string {
    if (!isObject(schema) || COMPOSED.some((keyword) => keyword in schema)) return 'dyn';
    const { type } = schema;
    if (typeof type !== 'string') return 'dyn';
    if (type === 'array') return `list<${this.typeOf(schema['items'])}>`;
    if (type !== 'object') return SCALARS[type] ?? 'dyn';
    if (!closedFields(schema)) return 'dyn';
    const properties = Object.entries(schema['properties'] as JsonSchema);
    return this.object(properties.map(([name, inner]) => [name, this.typeOf(inner)]));
  }

  /**
   * Registers a type, once for all objects of the same fields: that is what building the types of a large spec costs. Its name is for
   * messages: `{id note}`.
   */
  private object(fields: readonly (readonly [name: string, type: string])[]): string {
    const key = JSON.stringify(fields);
    const known = this.registered.get(key);
    if (known !== undefined) return known;
    if (this.registered.size >= MAX_TYPES) return 'dyn';
    const shown = fields.slice(0, 4).map(([name]) => name.replaceAll(/[^\w$-]/g, '_'));
    const plain = `{${shown.join(' ')}${fields.length > 4 ? ' …' : ''}}`;
    let name = plain;
    for (let n = 2; this.properties.has(name); n++) name = `${plain}~${n}`;
    this.environment.registerType({ name, schema: Object.fromEntries(fields) });
    this.registered.set(key, name);
    this.properties.set(
      name,
      fields.map(([field]) => field),
    );
    return name;
  }
}

/** Types of one spec. What would need more is not known to be anything. */
const MAX_TYPES = 5_000;

const RUN = {
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
