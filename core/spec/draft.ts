import { isObject, type Json } from '../json.js';
import { type Problem, speller } from './problems.js';
import type { Report } from './report.js';
import type { SpecEdge, SpecNode } from './schema.js';
import { listOf, type Shape } from './shape.js';

/** An edge whose both ends are there, as indices into the document's nodes. */
export interface Link {
  index: number;
  from: number;
  to: number;
  edge: SpecEdge;
}

/** A spec on its way to a plan: nodes and edges by their place in the document. */
export interface Draft {
  nodes: (SpecNode | undefined)[];
  keys: (string | undefined)[];
  links: Link[];
  /** Where edges lead that could not be linked; undefined where nobody can tell. What they would have proved is not held against others. */
  lost: (number | undefined)[];
}

export function draftOf(value: Json, { nodes, edges }: Shape, report: Report): Draft {
  const keys = keysOf(value, report);
  const indexOf = new Map<string, number>();
  for (const [index, key] of keys.entries()) if (key !== undefined && !indexOf.has(key)) indexOf.set(key, index);
  const draft: Draft = { nodes, keys, links: [], lost: [] };
  const suggest = speller(indexOf.keys());
  const ways = new Set<string>();
  for (const [index, edge] of edges.entries()) {
    if (!edge) {
      const to = endOf(listOf(value, 'edges')[index], 'to');
      draft.lost.push(to === undefined ? undefined : indexOf.get(to));
      continue;
    }
    const find = (end: 'from' | 'to'): number | undefined => {
      const node = indexOf.get(edge[end]);
      if (node === undefined)
        report.say('UNKNOWN_NODE', ['edges', index, end], `there is no node ${edge[end]}`, suggest(edge[end]));
      return node;
    };
    const [from, to] = [find('from'), find('to')];
    const way = JSON.stringify([edge.from, edge.to, edge.on]);
    if (from === undefined || to === undefined) draft.lost.push(to);
    else if (from === to) report.say('SELF_EDGE', ['edges', index], `the edge leads from ${edge.from} to itself`);
    else if (ways.has(way)) report.say('DUPLICATE_EDGE', ['edges', index], twice(edge));
    else draft.links.push({ index, from, to, edge });
    ways.add(way);
  }
  return draft;
}

const twice = ({ from, to, on }: SpecEdge): Problem['message'] =>
  `another edge leads from ${from} to ${to} on ${on}; put both conditions into one with ||`;

function keysOf(value: Json, report: Report): (string | undefined)[] {
  const first = new Map<string, number>();
  return listOf(value, 'nodes').map((node, index) => {
    const key = endOf(node, 'key');
    if (key === undefined) return undefined;
    if (first.has(key))
      report.say('DUPLICATE_NODE', ['nodes', index, 'key'], `node ${key} stands at /nodes/${first.get(key)} already`);
    else first.set(key, index);
    return key;
  });
}

function endOf(value: Json | undefined, field: string): string | undefined {
  const text = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}
