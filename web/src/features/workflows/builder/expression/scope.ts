import { isObject, type Json, type JsonSchema } from '../../../../../../core/json.js';
import { piecesOf } from '../../../../../../core/expr/template.js';
import type { Expectation, TemplatePart } from '../../../../../../core/nodes/definition.js';
import { compensationTemplates } from '../../../../../../core/nodes/compensation.js';
import { definitionOf, NODE_TYPES } from '../../../../../../core/nodes/index.js';
import { outputOf } from '../../../../../../core/spec/expression-checks.js';
import type { NodeType } from '../../../../../../core/spec/plan.js';
import type { SpecNode } from '../../../../../../core/spec/schema.js';
import type { DrawnNode, SpecView } from '../model/index.js';
import { writtenSchema } from './written.js';

/** Where an expression stands: in a field of a node, on an edge, in the run's output, or in what is read before any node runs. */
export type Place =
  | { in: 'node'; key: string; pointer: string }
  | { in: 'edge'; index: number }
  | { in: 'output' }
  | { in: 'run' };

/** What an expression sees there. */
export interface ExpressionScope {
  input: JsonSchema;
  /** The output of a node; undefined: there is no such node. */
  outputOf: (key: string) => JsonSchema | undefined;
  /** The output of a node as it is written, where nothing declares it: enough to suggest names, and not what the compiler goes by. */
  writtenOf: (key: string) => JsonSchema | undefined;
  /** Keys of all nodes, in the order of the spec. */
  keys: readonly string[];
  /** Keys of the nodes that have run by then. */
  upstream: ReadonlySet<string>;
  /** The node that reads; absent: none in particular. */
  reader?: string;
  /** Of a map's body: the schema of an item; `{}` is anything. */
  item?: JsonSchema;
  /** What the value of a whole expression must be. */
  expects?: Expectation;
}

/** The part of a node's config, or of what undoes it, in which a string may hold expressions; undefined: it is text as it is. */
export function templatePartOf(node: DrawnNode, pointer: string): TemplatePart | undefined {
  return templatesOf(node).find((part) => pointer === part.pointer || pointer.startsWith(`${part.pointer}/`));
}

/** Pointers go from the node. A config that is not finished has those parts that it has. */
function templatesOf({ type, value }: DrawnNode): TemplatePart[] {
  const found = (base: string, parts: () => TemplatePart[]): TemplatePart[] => {
    try {
      return parts().map((part) => ({ ...part, pointer: base + part.pointer }));
    } catch (err) {
      if (err instanceof TypeError) return []; // a part is missing that every finished config has
      throw err;
    }
  };
  const { config, compensate } = value;
  const limits = Array.isArray(value['limits']) ? value['limits'] : [];
  return [
    ...(isType(type) ? found('/config', () => definitionOf(type).templates(config)) : []),
    ...(isObject(compensate)
      ? found('/compensate/config', () =>
          compensationTemplates(compensate as never).map((part) =>
            type === 'map' ? { ...part, scope: 'item' as const } : part,
          ),
        )
      : []),
    ...limits.map((limit, at): TemplatePart => ({ pointer: `/limits/${at}/key`, template: limit, scope: 'node' })),
  ];
}
const isType = (type: string): type is NodeType => Object.hasOwn(NODE_TYPES, type);

/** What may be written at that place. Pure. */
export function scopeAt({ value, nodes, edges }: SpecView, place: Place): ExpressionScope {
  const spec = isObject(value) ? value : {};
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const reader =
    place.in === 'node'
      ? place.key
      : place.in === 'edge'
        ? edges.find((each) => each.index === place.index)?.from
        : undefined;
  const ancestors = place.in === 'run' ? new Set<string>() : ancestorsOf(edges, reader);
  const upstream = ancestors ?? new Set(byKey.keys());
  const self = place.in === 'edge' || (place.in === 'node' && place.pointer.startsWith('/compensate/'));
  if (reader !== undefined && self) upstream.add(reader);
  const scope: ExpressionScope = {
    input: isObject(spec['input']) ? spec['input'] : {},
    outputOf: (key) => (byKey.has(key) ? outputSchema(byKey.get(key)!) : undefined),
    writtenOf: (key) => writtenOutput(byKey.get(key)),
    ...{ keys: [...byKey.keys()], upstream, ...(reader === undefined ? {} : { reader }) },
  };
  if (place.in === 'edge') return { ...scope, expects: 'bool' };
  const node = place.in === 'node' ? byKey.get(place.key) : undefined;
  const part = node && place.in === 'node' ? templatePartOf(node, place.pointer) : undefined;
  const expects = place.in === 'node' ? part?.expects?.[place.pointer.slice(part.pointer.length)] : undefined;
  return {
    ...scope,
    ...(part?.scope === 'item' && node ? { item: itemOf(node, scope) } : {}),
    ...(expects ? { expects } : {}),
  };
}

/** Undefined: any node may be read. */
function ancestorsOf(edges: SpecView['edges'], reader: string | undefined): Set<string> | undefined {
  if (reader === undefined) return undefined;
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to, [...(into.get(to) ?? []), from]);
  const found = new Set<string>();
  const open = [reader];
  for (let key = open.pop(); key !== undefined; key = open.pop())
    for (const from of into.get(key) ?? [])
      if (!found.has(from) && from !== reader) {
        found.add(from);
        open.push(from);
      }
  return found;
}

function outputSchema({ type, value }: DrawnNode): JsonSchema {
  if (!isType(type)) return {};
  try {
    return outputOf(value as unknown as SpecNode);
  } catch (err) {
    if (err instanceof TypeError) return isObject(value['output']) ? value['output'] : {}; // its config is not finished
    throw err;
  }
}

/** A transform puts out the value that it is given. */
function writtenOutput(node: DrawnNode | undefined): JsonSchema | undefined {
  const config = node?.value['config'];
  if (node?.type !== 'transform' || node.value['output'] !== undefined || !isObject(config)) return undefined;
  return config['value'] === undefined ? undefined : writtenSchema(config['value']);
}

/** The schema of what a map goes over, when `over` is a path and nothing else. */
function itemOf({ value }: DrawnNode, scope: ExpressionScope): JsonSchema {
  const over = isObject(value['config']) ? value['config']['over'] : undefined;
  const found = typeof over === 'string' ? piecesOf(over) : undefined;
  const piece = found?.whole ? found.pieces[0] : undefined;
  if (typeof piece !== 'object') return {};
  const path = pathOf(piece.expression.trim());
  const list = path && schemaAt({ ...scope, writtenOf: () => undefined }, path);
  return isObject(list?.['items']) ? list['items'] : {};
}

/** A path's steps: `nodes.a.output["b"]`; undefined: it is more than a path. */
export function pathOf(text: string): string[] | undefined {
  const steps = [...text.matchAll(/\s*(?:^|\.)\s*([A-Za-z_]\w*)|\s*\[\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]/gy)];
  const whole = steps.map(([all]) => all).join('') === text;
  return whole && steps.length > 0 ? steps.map(([, name, a, b, n]) => name ?? a ?? b ?? n!) : undefined;
}

const TEXT: JsonSchema = { type: 'string' };
/** What `run` holds: core/expr/scope.ts. */
const RUN: JsonSchema = {
  type: 'object',
  properties: {
    ...{ id: TEXT, workflow: TEXT, version: { type: 'integer' }, started_at: TEXT, starter: TEXT },
    metadata: { type: 'object', additionalProperties: true },
  },
};

/** What is known of a path; undefined: nothing. `bound`: names of macros, by the schema of what they stand for. */
export function schemaAt(
  scope: ExpressionScope,
  [root, ...steps]: readonly string[],
  bound: ReadonlyMap<string, JsonSchema> = new Map(),
): JsonSchema | undefined {
  const start = root === undefined ? undefined : (bound.get(root) ?? rootOf(scope, root));
  return steps.reduce<JsonSchema | undefined>((schema, step) => stepInto(schema, step), start);
}

function rootOf(scope: ExpressionScope, root: string): JsonSchema | undefined {
  switch (root) {
    case 'input':
      return scope.input;
    case 'run':
      return RUN;
    case 'nodes':
      return {
        type: 'object',
        properties: Object.fromEntries(
          [...scope.upstream].flatMap((key) => {
            const output = scope.writtenOf(key) ?? scope.outputOf(key);
            return output ? [[key, { type: 'object', properties: { output, status: TEXT, error: {} } }]] : [];
          }),
        ),
      };
    case 'item':
      return scope.item;
    case 'index':
      return scope.item && { type: 'integer' };
    default:
      return undefined;
  }
}

function stepInto(schema: JsonSchema | undefined, step: string): JsonSchema | undefined {
  const inner: Json | undefined =
    schema?.['type'] === 'array' || /^\d+$/.test(step)
      ? schema?.['items']
      : isObject(schema?.['properties'])
        ? schema['properties'][step]
        : undefined;
  return isObject(inner) ? inner : undefined;
}
