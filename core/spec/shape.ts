import type { z } from 'zod';
import { isObject, type Json } from '../json.js';
import { NODE_TYPES } from '../nodes/index.js';
import { type Issue, problemsOf } from './issues.js';
import type { Parsed } from './places.js';
import type { Problem } from './problems.js';
import { commonNodeSchema, type Spec, type SpecEdge, type SpecNode, specSchema } from './schema.js';

/** What of a spec is well formed; all of it when `whole` is there. What is not leaves a gap, so that indices stay those of the text. */
export interface Shape {
  whole: Spec | undefined;
  input: Spec['input'];
  output: Spec['output'];
  /** Templates of the fields that runs are found by. */
  index: Record<string, string>;
  /** The template of the run's concurrency key. */
  runKey: string | undefined;
  nodes: (SpecNode | undefined)[];
  edges: (SpecEdge | undefined)[];
  problems: Problem[];
}

/**
 * Checks the shape of a spec. Of a misshapen one it saves what it can: a slip in one field must not hide what is wrong with the graph
 * and the expressions (P5).
 */
export function shapeOf(parsed: Parsed): Shape {
  const { value } = parsed;
  const checked = specSchema.safeParse(value);
  if (checked.success) {
    const { input, output, nodes, edges } = checked.data;
    return {
      ...{ whole: checked.data, input, output, index: indexOf(value), runKey: runKeyOf(value), nodes, edges },
      problems: [],
    };
  }
  const { nodes: nodeList, edges: edgeList } = specSchema.shape;
  const nodes = listOf(value, 'nodes');
  const { input, output } = isObject(value) ? value : {};
  return {
    whole: undefined,
    input: isObject(input) ? input : undefined,
    output,
    index: indexOf(value),
    runKey: runKeyOf(value),
    nodes: nodes.map((node) => salvaged(nodeList.element, node)),
    edges: listOf(value, 'edges').map((edge) => salvaged(edgeList.unwrap().element, edge)),
    problems: problemsOf([...checked.error.issues, ...untyped(nodes)], parsed),
  };
}

function runKeyOf(value: Json): string | undefined {
  const limits = isObject(value) ? value['limits'] : undefined;
  const run = isObject(limits) ? limits['run'] : undefined;
  const key = isObject(run) ? run['concurrency_key'] : undefined;
  return typeof key === 'string' ? key : undefined;
}

function indexOf(value: Json): Record<string, string> {
  const index = isObject(value) ? value['index'] : undefined;
  const fields = isObject(index) ? Object.entries(index) : [];
  return Object.fromEntries(fields.filter((each): each is [string, string] => typeof each[1] === 'string'));
}

/** Of a node whose type is none, the fields that every node has are checked all the same. */
function untyped(nodes: readonly Json[]): Issue[] {
  return nodes.flatMap((node, index) => {
    if (!isObject(node) || (typeof node['type'] === 'string' && Object.hasOwn(NODE_TYPES, node['type']))) return [];
    const issues = commonNodeSchema.safeParse(node).error?.issues ?? [];
    return issues.map((issue) => ({ ...issue, path: ['nodes', index, ...issue.path] }));
  });
}

/** The value without the fields that are wrong, when what is left has the shape. */
function salvaged<T>(schema: z.ZodType<T>, value: Json): T | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  if (!isObject(value)) return undefined;
  const copy = JSON.parse(JSON.stringify(value)) as Json;
  for (const issue of first.error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...issue.path, key]);
    else remove(copy, issue.path);
  }
  return schema.safeParse(copy).data;
}

/** Removes a field; of something in a list, the field that holds the list. */
function remove(value: Json, path: readonly PropertyKey[]): void {
  const inList = path.findIndex((step) => typeof step === 'number');
  const field = inList === -1 ? path : path.slice(0, inList);
  let holder: Json | undefined = value;
  for (const step of field.slice(0, -1)) holder = isObject(holder) ? holder[String(step)] : undefined;
  if (isObject(holder) && field.length > 0) delete holder[String(field.at(-1))];
}

export const listOf = (value: Json, name: string): Json[] => {
  const list = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
};
