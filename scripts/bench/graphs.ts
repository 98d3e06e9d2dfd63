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

export type Edge = { from: string; to: string };
export const step = (key: string, input: Json, name = 'noop') => ({
  key,
  type: 'tool_call',
  config: { tool: 'function', name, input },
});
const outputOf = (key: string): string => `\${nodes.${key}.output}`;
export const keys = (n: number): string[] => Array.from({ length: n }, (_, i) => `s${i}`);
export const FIRST = { hop: 0 };

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

export function graph(
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
