/** Names as tz databases write them; Temporal's server tells upper from lower case. */
const NAME = /^[A-Z][A-Za-z0-9+_-]*(\/[A-Z][A-Za-z0-9+_-]*)*$/;

/** What is wrong with the name of an IANA time zone, in one sentence; undefined when there is such a zone. */
export function timeZoneProblem(name: string): string | undefined {
  const known = resolved(name);
  if (known === undefined) return `there is no time zone ${name}; IANA names read like Europe/Berlin or UTC`;
  if (!NAME.test(name) || (known !== name && known.toLowerCase() === name.toLowerCase()))
    return `there is no time zone ${name}; did you mean ${known}?`;
  return undefined;
}

/** The zone's main name, if this is one of its names, in whatever case. */
function resolved(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined; // such as +02:00, which is no zone to Temporal
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (err) {
    if (err instanceof RangeError) return undefined;
    throw err;
  }
}
