const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const SECONDS = String.raw`\d+(?:\.\d+)?S`;
/** A `T` has something behind it. */
const TIME = String.raw`T(?:\d+H(?:\d+M)?(?:${SECONDS})?|\d+M(?:${SECONDS})?|${SECONDS})`;

/** As a JSON Schema pattern, for editors. */
export const DURATION_PATTERN = `${SHORT.source}|^P(?:\\d+D(?:${TIME})?|${TIME})$`;

/** Milliseconds of `250ms`, `5s`, `1.5h`, `1d` or an ISO 8601 duration such as `PT1H30M`; undefined when it reads like neither. */
export function parseDuration(text: string): number | undefined {
  const short = SHORT.exec(text);
  if (short) return Math.round(Number(short[1]) * UNITS[short[2] as keyof typeof UNITS]);
  const iso = ISO.exec(text);
  if (!iso || text === 'P' || text.endsWith('T')) return undefined;
  const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return Math.round(days * UNITS.d + hours * UNITS.h + minutes * UNITS.m + seconds * UNITS.s);
}
