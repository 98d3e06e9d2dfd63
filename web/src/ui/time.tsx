import { useEffect, useState } from 'react';
import { duration, fullTime, relativeTime, shortTime, useZone } from '../lib/time.js';

/** A time in the reader's zone; in full, and in the other zone, when pointed at. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const zone = useZone();
  const now = useNow(relative ? 10_000 : undefined);
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <time dateTime={at} title={`${fullTime(at, zone)}\n${fullTime(at, other)}`} className="num">
      {relative ? relativeTime(at, now) : shortTime(at, zone)}
    </time>
  );
}

/** How long it took, or has taken until now. */
export function Took({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(from && !to ? 1000 : undefined);
  if (!from) return <span className="muted">–</span>;
  return <span className="num">{duration((to ? Date.parse(to) : now) - Date.parse(from))}</span>;
}

/** The time of now, new each `everyMs`; undefined: never. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
