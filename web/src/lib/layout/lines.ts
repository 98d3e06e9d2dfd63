import type { Point } from './elk.js';

/** A line through the points that leaves and comes in upright and has no corners; as an SVG path. */
export function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  let before = first;
  for (const point of rest) {
    const middle = (before.y + point.y) / 2;
    path += ` C${before.x},${middle} ${point.x},${middle} ${point.x},${point.y}`;
    before = point;
  }
  return path;
}

/** Where more than one edge with a label leads to: `ends` has one for each such edge. */
export function crowdedEnds<T>(ends: Iterable<T>): ReadonlySet<T> {
  const [seen, crowded] = [new Set<T>(), new Set<T>()];
  for (const end of ends) (seen.has(end) ? crowded : seen).add(end);
  return crowded;
}

/** In px, from where the edge comes in. */
const LABEL_OFF = 24;

/** Where an edge's label stands: before the node that it leads to; halfway along when another label stands there (`crowded`). */
export function labelPlace(points: readonly Point[], crowded: boolean): Point {
  const end = points.at(-1);
  return end === undefined || crowded ? middleOf(points) : { x: end.x, y: end.y - LABEL_OFF };
}

function middleOf(points: readonly Point[]): Point {
  const lengths = points.slice(1).map((point, index) => distance(points[index]!, point));
  let left = lengths.reduce((sum, each) => sum + each, 0) / 2;
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [points[index]!, points[index + 1]!];
    if (left <= length) {
      const share = length === 0 ? 0 : left / length;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
