import { median } from '../bench/stats.js';

export interface Point {
  /** Milliseconds. */
  at: number;
  value: number;
}

const MINUTE = 60_000;

/** Theil and Sen's slope, a minute: the median over all pairs of points. A few outliers do not move it. Undefined for less than two. */
export function slopePerMinute(points: Point[]): number | undefined {
  const slopes = points.flatMap((a, i) =>
    points.slice(i + 1).map((b) => ((b.value - a.value) / (b.at - a.at)) * MINUTE),
  );
  const finite = slopes.filter(Number.isFinite);
  return finite.length === 0 ? undefined : median(finite);
}

/** What came after the middle of the time: caches have filled by then. */
export function secondHalf(points: Point[]): Point[] {
  const middle = (points[0]!.at + points.at(-1)!.at) / 2;
  return points.filter(({ at }) => at >= middle);
}
