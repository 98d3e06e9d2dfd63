import { Fault } from '../fault.js';
import { isObject, type Json, type JsonObject } from '../json.js';

/** A change of a spec: nodes by key (null removes one, with its edges), and edges to remove and to add. */
export interface SpecPatch {
  nodes?: { [key: string]: JsonObject | null };
  remove_edges?: { from: string; to: string; on?: string | undefined }[];
  add_edges?: JsonObject[];
  /** Of the workflow as a whole: what its output is. */
  output?: Json;
}

/**
 * The spec with the change in it. Throws REQUEST_INVALID where the change names what is not there; what comes out is still to be compiled. A
 * node that is there already keeps its place in the list, a new one comes last.
 */
export function patched(spec: Json, { nodes = {}, remove_edges = [], add_edges = [], output }: SpecPatch): JsonObject {
  const { nodes: listed, edges: ways, ...rest } = spec as JsonObject;
  const before = listOf(listed);
  const keys = new Set(before.map(({ key }) => key));
  for (const [key, node] of Object.entries(nodes))
    if (node === null && !keys.has(key))
      throw absent(`/patch/nodes/${key}`, `there is no node ${key} that could be removed`);
  const kept = before.flatMap((node) => {
    const wanted = nodes[node['key'] as string];
    return wanted === undefined ? [node] : wanted === null ? [] : [{ ...wanted, key: node['key']! }];
  });
  const added = Object.entries(nodes).flatMap(([key, node]) =>
    node === null || keys.has(key) ? [] : [{ ...node, key }],
  );
  const removed = new Set(Object.keys(nodes).filter((key) => nodes[key] === null));
  const edges = withoutEdges(listOf(ways), remove_edges).filter(
    ({ from, to }) => !removed.has(from as string) && !removed.has(to as string),
  );
  return {
    ...rest,
    nodes: [...kept, ...added],
    edges: [...edges, ...add_edges],
    ...(output === undefined ? {} : { output }),
  };
}

const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function withoutEdges(edges: JsonObject[], remove: NonNullable<SpecPatch['remove_edges']>): JsonObject[] {
  return remove.reduce((left, { from, to, on }, at) => {
    const rest = left.filter(
      (edge) => !(edge['from'] === from && edge['to'] === to && (on === undefined || (edge['on'] ?? 'success') === on)),
    );
    if (rest.length === left.length) throw absent(`/patch/remove_edges/${at}`, `there is no edge ${from}->${to}`);
    return rest;
  }, edges);
}

const absent = (pointer: string, message: string): Fault =>
  new Fault('REQUEST_INVALID', message, { details: { errors: [{ code: 'NOT_FOUND', pointer, message }] } });
