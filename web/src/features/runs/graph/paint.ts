import type { NodeView } from '../../../../../core/events/view.js';
import type { Plan } from '../../../../../core/spec/plan.js';
import type { Point } from '../../../lib/layout/index.js';
import { statusOf, type Tone } from '../../../ui/index.js';
import type { Colours } from './colours.js';
import type { EdgeLook } from './edges.js';
import { NODE_HEIGHT, NODE_WIDTH } from './placement.js';

/** A large graph as a canvas draws it: numbers only, made once for a placement. */
export interface Picture {
  keys: readonly string[];
  /** Of nodes, by the plan's index. */
  x: Float32Array;
  y: Float32Array;
  from: Uint32Array;
  to: Uint32Array;
  index: ReadonlyMap<string, number>;
  /** What all of it takes up. */
  bounds: { x: number; y: number; width: number; height: number };
}

export function pictureOf({ nodes, edges }: Plan, places: ReadonlyMap<string, Point>): Picture {
  const [x, y] = [new Float32Array(nodes.length), new Float32Array(nodes.length)];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [i, { key }] of nodes.entries()) {
    const place = places.get(key) ?? { x: 0, y: 0 };
    [x[i], y[i]] = [place.x, place.y];
    [left, top] = [Math.min(left, place.x), Math.min(top, place.y)];
    [right, bottom] = [Math.max(right, place.x + NODE_WIDTH), Math.max(bottom, place.y + NODE_HEIGHT)];
  }
  return {
    ...{ keys: nodes.map(({ key }) => key), x, y },
    from: Uint32Array.from(edges, (edge) => edge.from),
    to: Uint32Array.from(edges, (edge) => edge.to),
    index: new Map(nodes.map(({ key }, i) => [key, i])),
    bounds:
      nodes.length === 0
        ? { x: 0, y: 0, width: 1, height: 1 }
        : { x: left, y: top, width: right - left, height: bottom - top },
  };
}

/** Of each node its tone, of each edge how it resolved. */
export interface Looks {
  tones: readonly Tone[];
  edges: readonly EdgeLook[];
}
export const tonesOf = ({ keys }: Picture, nodes: ReadonlyMap<string, NodeView> | undefined): Tone[] =>
  keys.map((key) => statusOf(nodes?.get(key)?.status ?? 'pending').tone);

export interface View {
  /** Where the drawing's origin is on the screen, in CSS px, and how large it is drawn. */
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
  /** Device px per CSS px. */
  ratio: number;
}
export interface Painting {
  picture: Picture;
  looks: Looks;
  view: View;
  colours: Colours;
  selected: string | undefined;
  cursor: string | undefined;
  found: ReadonlySet<string> | undefined;
}

/** What can be seen of the graph from afar, in one go: edges of one look are one path, nodes of one tone one fill. */
export function paint(context: CanvasRenderingContext2D, painting: Painting): void {
  const { x, y, zoom, width, height, ratio } = painting.view;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, x * ratio, y * ratio);
  const seen = { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
  paintEdges(context, painting, seen);
  paintNodes(context, painting, seen);
}

interface Seen {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
function paintEdges(context: CanvasRenderingContext2D, { picture, looks, view, colours }: Painting, seen: Seen): void {
  const { x, y, from, to } = picture;
  // From afar a bend can't be told from a line, nor a dash from a tone.
  const order: EdgeLook[] = ['not_taken', 'pending', 'unknown', 'taken', 'failed'];
  context.lineWidth = Math.max(1.5, 0.8 / view.zoom);
  for (const look of order) {
    context.beginPath();
    for (let i = 0; i < from.length; i++) {
      if (looks.edges[i] !== look) continue;
      const [ax, ay] = [x[from[i]!]! + NODE_WIDTH / 2, y[from[i]!]! + NODE_HEIGHT];
      const [bx, by] = [x[to[i]!]! + NODE_WIDTH / 2, y[to[i]!]!];
      if (Math.max(ax, bx) < seen.left || Math.min(ax, bx) > seen.right || by < seen.top || ay > seen.bottom) continue;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
    }
    context.globalAlpha = look === 'not_taken' ? 0.4 : 1;
    context.strokeStyle =
      look === 'failed' ? colours.fill.bad : look === 'taken' || look === 'unknown' ? colours.edgeTaken : colours.edge;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function paintNodes(context: CanvasRenderingContext2D, painting: Painting, seen: Seen): void {
  const { picture, looks, colours, found, view } = painting;
  const { x, y, keys } = picture;
  for (const tone of ['idle', 'good', 'busy', 'wait', 'held', 'bad'] as const) {
    for (const dim of found ? [true, false] : [false]) {
      context.beginPath();
      for (let i = 0; i < x.length; i++) {
        if (looks.tones[i] !== tone || (found && found.has(keys[i]!) === dim)) continue;
        const [left, top] = [x[i]!, y[i]!];
        if (left > seen.right || left + NODE_WIDTH < seen.left || top > seen.bottom || top + NODE_HEIGHT < seen.top)
          continue;
        context.rect(left, top, NODE_WIDTH, NODE_HEIGHT);
      }
      context.globalAlpha = dim ? 0.2 : tone === 'idle' ? 0.55 : 1;
      context.fillStyle = colours.fill[tone];
      context.fill();
    }
  }
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.lineWidth = 3 / view.zoom;
  for (const key of [painting.selected, painting.cursor]) {
    const i = key === undefined ? undefined : picture.index.get(key);
    if (i !== undefined) context.strokeRect(x[i]!, y[i]!, NODE_WIDTH, NODE_HEIGHT);
  }
}

/** Which node is at that place of the unscaled drawing. */
export function hit({ x, y, keys }: Picture, at: Point): string | undefined {
  for (let i = 0; i < x.length; i++)
    if (at.x >= x[i]! && at.x <= x[i]! + NODE_WIDTH && at.y >= y[i]! && at.y <= y[i]! + NODE_HEIGHT) return keys[i];
  return undefined;
}

/** Indices of nodes and edges. */
export interface Within {
  nodes: readonly number[];
  edges: readonly number[];
}

/** What lies, or leads, through a part of the drawing. */
export function within({ x, y, from, to }: Picture, seen: Seen): Within {
  const [nodes, edges]: [number[], number[]] = [[], []];
  for (let i = 0; i < x.length; i++)
    if (x[i]! < seen.right && x[i]! + NODE_WIDTH > seen.left && y[i]! < seen.bottom && y[i]! + NODE_HEIGHT > seen.top)
      nodes.push(i);
  for (let i = 0; i < from.length; i++) {
    const [ax, bx] = [x[from[i]!]! + NODE_WIDTH / 2, x[to[i]!]! + NODE_WIDTH / 2];
    if (Math.max(ax, bx) < seen.left || Math.min(ax, bx) > seen.right) continue;
    if (y[to[i]!]! > seen.top && y[from[i]!]! + NODE_HEIGHT < seen.bottom) edges.push(i);
  }
  return { nodes, edges };
}
