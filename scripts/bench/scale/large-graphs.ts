import { type Edge, FIRST, type Graph, graph, keys, RANGE, SLEEP, step } from '../graphs.js';

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
