import type { Json } from '../../core/json.js';

/** A graph of steps that do nothing, as a spec for Heddle and as a call of the workflow that does the same by hand. */
export interface Graph {
  name: string;
  nodes: number;
  spec: Json;
  hand: { workflow: string; args: Json[] };
  /** The same for an engine that knows neither: docs/bench-contenders.md. */
  shape: Shape;
}

export interface Shape {
  /** `noop` puts out what it gets; `clock` the time. */
  nodes: { key: string; does: 'noop' | 'clock' }[];
  edges: Edge[];
  /** The node whose output is the run's. */
  output: string;
}

type Edge = { from: string; to: string };
const step = (key: string, input: Json, name = 'noop') => ({
  key,
  type: 'tool_call',
  config: { tool: 'function', name, input },
});
const outputOf = (key: string): string => `\${nodes.${key}.output}`;
const keys = (n: number): string[] => Array.from({ length: n }, (_, i) => `s${i}`);
const FIRST = { hop: 0 };

/** Each step gets what the one before put out. */
export function chain(length: number): Graph {
  const all = keys(length);
  const nodes = all.map((key, i) => step(key, i === 0 ? FIRST : outputOf(all[i - 1]!)));
  const edges = all.slice(1).map((to, i): Edge => ({ from: all[i]!, to }));
  return graph(`chain${length}`, nodes, edges, all.at(-1)!, { workflow: 'chain', args: [length] });
}

/** One step, `width` steps that get its output, one step when all of them are done. */
export function fan(width: number, name = `fan${width}`): Graph {
  const branches = keys(width);
  const nodes = [step('open', FIRST), ...branches.map((key) => step(key, outputOf('open'))), step('join', FIRST)];
  const edges = branches.flatMap((key): Edge[] => [
    { from: 'open', to: key },
    { from: key, to: 'join' },
  ]);
  return graph(name, nodes, edges, 'join', { workflow: 'fan', args: [width] });
}

/** Five nodes: the smallest graph with a fan-out and a join. */
export const diamond = (): Graph => fan(3, 'diamond');

/** One step, which puts out the time at which it ran. */
export const one = (): Graph => graph('one', [step('s0', FIRST, CLOCK)], [], 's0', { workflow: 'one', args: [] });

/** Steps side by side, each of which puts out so many bytes of its own that no compression makes small. */
export function blobs(width: number, bytes: number): Graph {
  const nodes = keys(width).map((key) => step(key, { bytes }, BLOB));
  return graph(`blobs${width}`, nodes, [], 's0', { workflow: 'none', args: [] });
}

/** The functions that functions.ts registers: what time it is, a list of so many numbers, to wait for so many ms, and text of so many bytes. */
export const BLOB = 'bench.blob';
export const CLOCK = 'bench.clock';
export const RANGE = 'bench.range';
export const SLEEP = 'bench.sleep';
/** The machine's time, finer than a millisecond, the same for all its processes. */
export const clock = (): number => performance.timeOrigin + performance.now();

/** Layers of `width` nodes, each of which reads two of the layer before: a large graph with expressions. */
export function layers(depth: number, width: number, prefix = 'n'): Graph {
  const key = (layer: number, i: number): string => `${prefix}${layer}_${i % width}`;
  const nodes: ReturnType<typeof step>[] = [];
  const edges: Edge[] = [];
  for (let layer = 0; layer < depth; layer++) {
    for (let i = 0; i < width; i++) {
      const from = layer === 0 ? [] : [key(layer - 1, i), key(layer - 1, i + 1)];
      const [left, right] = from.map((parent) => `nodes.${parent}.output.hop`);
      const input = layer === 0 ? FIRST : { hop: `\${${left} + ${right} > 0 ? 1 : 0}`, left: `\${${left}}` };
      nodes.push(step(key(layer, i), input));
      for (const parent of from) edges.push({ from: parent, to: key(layer, i) });
    }
  }
  return graph(`layers${depth * width}`, nodes, edges, key(depth - 1, 0), { workflow: 'none', args: [] });
}

export interface LayeredShape {
  nodes: number;
  edges: number;
  /** Nodes of the widest layer. */
  width: number;
  /** Edges into the node that has most of them. */
  fanIn: number;
  layers: number;
}

/**
 * A random layered graph of that shape, the same for the same seed: one layer of full width, the others share the rest; each node hangs on
 * one of the layer before; one node joins `fanIn` others; the remaining edges lead from any layer to a later one. Each node waits for what
 * `ms` says of it, in ms.
 */
export function layered(name: string, shape: LayeredShape, ms: (random: () => number) => number, seed = 1): Graph {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const rest = Math.floor((shape.nodes - shape.width - 2) / (shape.layers - 3));
  const widths = Array.from({ length: shape.layers }, (_, i) => (i === 1 ? shape.width : rest));
  widths[0] = widths[shape.layers - 1] = 1;
  widths[2]! += shape.nodes - widths.reduce((sum, n) => sum + n, 0);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, n) => sum + n, 0));
  const all = keys(shape.nodes);
  const layerOf = widths.flatMap((width, layer) => Array.from({ length: width }, () => layer));
  const parents = all.map(
    (_, i) => new Set(i === 0 ? [] : [starts[layerOf[i]! - 1]! + below(widths[layerOf[i]! - 1]!)]),
  );
  let edges = shape.nodes - 1;
  const connect = (from: number, to: number): void => {
    if (edges === shape.edges || layerOf[from]! >= layerOf[to]! || parents[to]!.has(from)) return;
    parents[to]!.add(from);
    edges++;
  };
  const join = starts[3]!; // the first node after the wide layer and the one that gathers it
  for (let tries = 0; parents[join]!.size < shape.fanIn && tries < 100 * shape.fanIn; tries++)
    connect(below(join), join);
  while (edges < shape.edges) {
    const to = 1 + below(shape.nodes - 1);
    if (parents[to]!.size < shape.fanIn) connect(below(to), to);
  }
  const waits = all.map(() => ms(random));
  const nodes = all.map((key, i) => (waits[i] === 0 ? step(key, FIRST) : step(key, waits[i]!, SLEEP)));
  const from = parents.map((set) => [...set]);
  const list = from.flatMap((some, to) => some.map((each): Edge => ({ from: all[each]!, to: all[to]! })));
  return graph(name, nodes, list, all.at(-1)!, { workflow: 'dag', args: [from, waits] });
}

/** The longest way through the graph, in ms: no engine is faster. */
export function criticalPath({ hand: { args } }: Graph): number {
  const [parents, waits] = args as [number[][], number[]];
  const ends: number[] = [];
  for (const [i, from] of parents.entries()) ends.push(Math.max(0, ...from.map((each) => ends[each]!)) + waits[i]!);
  return Math.max(...ends);
}

/** A small generator of random numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A map over so many numbers, with a body that does nothing. */
export function wideMap(items: number): Graph {
  const over = step('numbers', items, RANGE);
  const body = { type: 'tool_call', config: { tool: 'function', name: 'noop', input: '${item}' } };
  const config = { over: '${nodes.numbers.output}', concurrency: 1_000, batch: 500, do: body };
  const nodes = [over, { key: 'all', type: 'map', config }] as ReturnType<typeof step>[];
  const made = graph(`map${items}`, nodes, [{ from: 'numbers', to: 'all' }], 'all', { workflow: 'none', args: [] });
  return { ...made, spec: { ...(made.spec as object), output: '${nodes.all.output.completed}' } };
}

function graph(
  name: string,
  nodes: ReturnType<typeof step>[],
  edges: Edge[],
  last: string,
  hand: Graph['hand'],
): Graph {
  const does = nodes.map(({ key, config }) => ({
    key,
    does: config.name === CLOCK ? ('clock' as const) : ('noop' as const),
  }));
  return {
    ...{ name, nodes: nodes.length, hand },
    spec: { name, nodes, edges, output: outputOf(last) },
    shape: { nodes: does, edges, output: last },
  };
}
