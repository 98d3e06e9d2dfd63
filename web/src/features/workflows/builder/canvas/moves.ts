import type { Point } from '../../../../lib/layout/index.js';
import type { DrawnEdge } from '../model/index.js';

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * The node that an arrow leads to: down along an edge that leaves, up along one that comes in, the nearest in that direction first; sideways,
 * and where no edge leads on, the nearest that stands there. Undefined where there is none.
 */
export function neighbour(
  key: string,
  direction: Direction,
  { edges, places }: { edges: readonly DrawnEdge[]; places: ReadonlyMap<string, Point> },
): string | undefined {
  const here = places.get(key);
  if (!here) return undefined;
  const linked =
    direction === 'down'
      ? edges.filter(({ from }) => from === key).map(({ to }) => to)
      : direction === 'up'
        ? edges.filter(({ to }) => to === key).map(({ from }) => from)
        : [];
  const ways = linked.filter((each) => each !== key && places.has(each));
  const ahead = ways.filter((each) => isAhead(here, places.get(each)!, direction));
  if (ahead.length > 0) return nearest(here, ahead, places, direction);
  if (ways.length > 0) return nearest(here, ways, places, direction);
  const others = [...places.keys()].filter((each) => each !== key && isAhead(here, places.get(each)!, direction));
  return nearest(here, others, places, direction);
}

function isAhead(here: Point, there: Point, direction: Direction): boolean {
  const [dx, dy] = [there.x - here.x, there.y - here.y];
  return { up: dy < 0, down: dy > 0, left: dx < 0, right: dx > 0 }[direction];
}

/** What lies to the side of the direction counts thrice. */
function nearest(
  here: Point,
  keys: readonly string[],
  places: ReadonlyMap<string, Point>,
  direction: Direction,
): string | undefined {
  const upright = direction === 'up' || direction === 'down';
  const far = (key: string): number => {
    const { x, y } = places.get(key)!;
    const [dx, dy] = [Math.abs(x - here.x), Math.abs(y - here.y)];
    return upright ? dy + 3 * dx : dx + 3 * dy;
  };
  return keys.reduce<string | undefined>(
    (best, key) => (best === undefined || far(key) < far(best) ? key : best),
    undefined,
  );
}

/** The edge of a node after the given one, going round; `step` -1 goes back. Those that leave come first. */
export function nextEdge(
  key: string,
  index: number | undefined,
  step: 1 | -1,
  edges: readonly DrawnEdge[],
): number | undefined {
  const own = [
    ...edges.filter(({ from }) => from === key),
    ...edges.filter(({ to, from }) => to === key && from !== key),
  ];
  if (own.length === 0) return undefined;
  const at = own.findIndex((edge) => edge.index === index);
  const next = at === -1 ? (step === 1 ? 0 : own.length - 1) : (at + step + own.length) % own.length;
  return own[next]!.index;
}

/** How far to move what stands from `start` to `end` so that it stands in the free part; nothing while all of it can be seen. Pure. */
export function shift(
  [start, end]: readonly [start: number, end: number],
  [from, to]: readonly [from: number, to: number],
  whole: number,
): number {
  if (start >= 0 && end <= whole) return 0;
  if (start < from || end - start > to - from) return from - start;
  return Math.min(0, to - end);
}
