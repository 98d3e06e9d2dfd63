import type { Graph, GraphNode, Point } from './elk.js';
import { layersOf } from './roughly.js';

const [GAP, BETWEEN, LINE] = [28, 72, 20];
/** Sweeps down and up: more of them change little. */
const SWEEPS = 2;

/**
 * Places a large graph in a few ms, where ELK would take many seconds: layers by longest way, nodes of a layer in the order of what leads to
 * and from them (barycentres), each as near to those as the ones beside it let it. A layer that is too wide to be looked at goes on in lines.
 */
export function quickly({ nodes, edges }: Graph): Map<string, Point> {
  const layers = layersOf(nodes, edges);
  const rows = inRows(nodes, layers);
  const [before, after] = [neighbours(edges, 'to', 'from'), neighbours(edges, 'from', 'to')];
  const at = new Map<string, number>();
  for (const row of rows) spread(row, at, () => undefined);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) arrange(row, at, before);
    for (const row of rows.toReversed()) arrange(row, at, after);
  }
  return stacked(rows, { at, before, most: Math.max(24, Math.ceil(2 * Math.sqrt(nodes.length))) });
}

function inRows(nodes: readonly GraphNode[], layers: ReadonlyMap<string, number>): GraphNode[][] {
  const rows: GraphNode[][] = [];
  for (const node of nodes) (rows[layers.get(node.id)!] ??= []).push(node);
  return rows.filter((row) => row !== undefined);
}

type End = 'from' | 'to';
function neighbours(edges: Graph['edges'], of: End, other: End): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const known = found.get(edge[of]);
    if (known) known.push(edge[other]);
    else found.set(edge[of], [edge[other]]);
  }
  return found;
}

/** Orders a row by where its neighbours are, and moves each node as near to them as the others allow. `at`: the middle of each node. */
function arrange(row: GraphNode[], at: Map<string, number>, neighbours: ReadonlyMap<string, string[]>): void {
  const wish = new Map<string, number>();
  for (const { id } of row) {
    const places = (neighbours.get(id) ?? []).flatMap((other) => at.get(other) ?? []);
    wish.set(id, places.length === 0 ? at.get(id)! : places.reduce((sum, x) => sum + x, 0) / places.length);
  }
  row.sort((a, b) => wish.get(a.id)! - wish.get(b.id)!);
  spread(row, at, (id) => wish.get(id));
}

/** From left to right, then back: what was pushed too far to the right goes back half of it, so that a row stays about where it wants to be. */
function spread(row: readonly GraphNode[], at: Map<string, number>, wish: (id: string) => number | undefined): void {
  let right = -Infinity;
  let pushed = 0;
  for (const { id, width } of row) {
    const wanted = wish(id) ?? (right === -Infinity ? 0 : right + GAP + width / 2);
    const x = Math.max(wanted, right + GAP + width / 2);
    pushed += x - wanted;
    at.set(id, x);
    right = x + width / 2;
  }
  const back = pushed / Math.max(1, row.length);
  for (const { id } of row) at.set(id, at.get(id)! - back);
}

interface Stacking {
  at: Map<string, number>;
  before: ReadonlyMap<string, string[]>;
  /** Nodes in one line. */
  most: number;
}

/** A row that goes on in lines is narrower than it was arranged: those below it are arranged anew. */
function stacked(rows: readonly GraphNode[][], { at, before, most }: Stacking): Map<string, Point> {
  const places = new Map<string, Point>();
  let y = 0;
  for (const row of rows) {
    const height = Math.max(...row.map((node) => node.height));
    const lines = Math.ceil(row.length / most);
    arrange(row, at, before);
    if (lines === 1) for (const { id, width } of row) places.set(id, { x: at.get(id)! - width / 2, y });
    else
      for (const { id, x, line, width } of wrapped(row, at, lines)) {
        places.set(id, { x, y: y + line * (height + LINE) });
        at.set(id, x + width / 2);
      }
    y += lines * (height + LINE) - LINE + BETWEEN;
  }
  return places;
}

/** The row in several lines one below the other, still in its order from left to right. */
function wrapped(row: readonly GraphNode[], at: ReadonlyMap<string, number>, lines: number) {
  const middle = (at.get(row[0]!.id)! + at.get(row.at(-1)!.id)!) / 2;
  const step = Math.max(...row.map(({ width }) => width)) + GAP;
  const left = middle - (Math.ceil(row.length / lines) * step) / 2;
  return row.map(({ id, width }, i) => ({ id, width, x: left + Math.floor(i / lines) * step, line: i % lines }));
}
