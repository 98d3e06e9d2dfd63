import type { Point } from '../../../../lib/layout/index.js';

/** The line of an edge whose ends were moved by hand: upright at both ends, however they stand to each other. */
export function between(from: Point, to: Point): string {
  const reach = Math.max(30, Math.min(160, Math.abs(to.y - from.y) / 2 + Math.max(0, from.y - to.y) / 2));
  return `M${from.x},${from.y} C${from.x},${from.y + reach} ${to.x},${to.y - reach} ${to.x},${to.y}`;
}
