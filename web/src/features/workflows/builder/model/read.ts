import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';
import type { SpecFormat } from '../../../../../../core/spec/parse.js';
import { quickYaml } from '../../../../../../core/spec/quick-yaml.js';
import { summaryOf } from './summary.js';

/** A node as far as it can be drawn; what it lacks, the compiler tells. */
export interface DrawnNode {
  /** Its key; `#<index>` where it has none, which no key can be. */
  key: string;
  /** As written; '' where there is none. Any text, not only a known type. */
  type: string;
  /** Its place in the spec's list. */
  index: number;
  /** One line of what it does: a URL, an agent, a title. '' when it says nothing yet. */
  summary: string;
  value: JsonObject;
}
export interface DrawnEdge {
  /** Its place in the spec's list: an edge's name everywhere in the builder. */
  index: number;
  from: string;
  to: string;
  on: 'success' | 'failure' | 'always';
  condition?: string;
}

/** What is drawable of a text, however broken it is. */
export interface SpecView {
  format: SpecFormat;
  /** False when the text is not YAML or JSON: then it can be read, but not edited other than as text. */
  sound: boolean;
  name: string;
  /** The whole document; null where nothing could be read. */
  value: Json;
  nodes: readonly DrawnNode[];
  edges: readonly DrawnEdge[];
}

/** JSON begins as an object with a quoted key; so may YAML, which reads it just as well. */
export const formatOf = (text: string): SpecFormat => (/^\uFEFF?\s*\{\s*(?:"|\}\s*$)/.test(text) ? 'json' : 'yaml');

/** Never throws. Of a text with mistakes, what the YAML parser made of it. */
export function readSpec(text: string): SpecView {
  const { value, sound } = valueOf(text);
  return { format: formatOf(text), sound, value, ...drawnOf(value) };
}

function valueOf(text: string): { value: Json; sound: boolean } {
  const quick = quickYaml(text);
  if (quick !== undefined) return { value: quick, sound: true };
  try {
    const document = parseDocument(text, READ);
    return { value: document.toJS({ maxAliasCount: 1000 }) as Json, sound: document.errors.length === 0 };
  } catch {
    return { value: null, sound: false }; // aliases that stand for too much, or lead nowhere
  }
}

export const READ = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  prettyErrors: false,
  logLevel: 'error',
} as const;

function drawnOf(value: Json): Pick<SpecView, 'name' | 'nodes' | 'edges'> {
  const spec = isObject(value) ? value : {};
  return {
    name: textOf(spec['name']),
    nodes: listOf(spec['nodes']).flatMap((node, index) => (isObject(node) ? [drawnNode(node, index)] : [])),
    edges: listOf(spec['edges']).flatMap((edge, index) => (isObject(edge) ? drawnEdge(edge, index) : [])),
  };
}

function drawnNode(value: JsonObject, index: number): DrawnNode {
  const type = textOf(value['type']);
  return { key: textOf(value['key']) || `#${index}`, type, index, summary: summaryOf(type, value['config']), value };
}

function drawnEdge({ from, to, on, condition }: JsonObject, index: number): DrawnEdge[] {
  if (typeof from !== 'string' || typeof to !== 'string') return [];
  return [
    {
      ...{ index, from, to, on: on === 'failure' || on === 'always' ? on : 'success' },
      ...(typeof condition === 'string' ? { condition } : {}),
    },
  ];
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Lines from 1, both ends included. */
export interface LineSpan {
  first: number;
  last: number;
}
/** Where the nodes and edges stand in the text, by their place in the lists. */
export interface Spans {
  nodes: (LineSpan | undefined)[];
  edges: (LineSpan | undefined)[];
}

/** Parses the text as a whole: for when somebody looks, not for each key that is pressed. Never throws. */
export function spansOf(text: string): Spans {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { ...READ, lineCounter: lines });
  const spans = (name: string): (LineSpan | undefined)[] => {
    const list = isMap(contents) ? contents.items.find((pair) => keyOf(pair as Pair) === name)?.value : undefined;
    if (!isSeq(list)) return [];
    return list.items.map((item) => {
      const range = (item as { range?: [number, number, number] } | null)?.range;
      if (!range) return undefined;
      return { first: lines.linePos(range[0]).line, last: lines.linePos(Math.max(range[0], range[1] - 1)).line };
    });
  };
  return { nodes: spans('nodes'), edges: spans('edges') };
}

const keyOf = ({ key }: Pair): unknown => (isScalar(key) ? key.value : undefined);
