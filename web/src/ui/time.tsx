import { useEffect, useState } from 'react';
import { duration, fullTime, relativeTime, shortTime, useZone } from '../lib/time.js';

/** A time in the reader's zone; in full, and in the other zone, when pointed at. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const zone = useZone();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <time dateTime={at} title={`${fullTime(at, zone)}\n${fullTime(at, other)}`} className="num">
      {relative ? <Relative at={at} /> : shortTime(at, zone)}
    </time>
  );
}

const HOUR_MS = 3_600_000;

/** While it is told in seconds or minutes it ages as `Took` does, which often stands beside it. */
function Relative({ at }: { at: string }) {
  const often = useNow(10_000);
  const isNear = Math.abs(often - Date.parse(at)) < HOUR_MS;
  return relativeTime(at, Math.max(often, useNow(isNear ? 1000 : undefined)));
}

/** How long it took, or has taken until now. */
export function Took({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(from && !to ? 1000 : undefined);
  if (!from) return <span className="muted">–</span>;
  return <span className="num">{duration((to ? Date.parse(to) : now) - Date.parse(from))}</span>;
}

/** The time of now, new each `everyMs`, for all who want it as often at the same moment; undefined: never. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      timer = setTimeout(tick, everyMs - (Date.now() % everyMs));
    };
    const tick = (): void => {
      setNow(Date.now());
      wait();
    };
    wait();
    return () => clearTimeout(timer);
  }, [everyMs]);
  return now;
}
