/** Of an id's 32 digits the first twelve are a time in ms: eight are the time to 65 seconds; fewer would be hours and days of runs. */
const DIGITS = /^run_[0-9a-f]{8,32}/;

/** What ids begin with, if this text is the beginning of one, with or without `run_`; undefined when it is too short or none. */
export function beginningOfId(text: string): string | undefined {
  const id = text.startsWith('run_') ? text : `run_${text}`;
  return DIGITS.test(id) ? id : undefined;
}

/** A range in which all ids lie that begin so, from the first bound to before the second, however the database sorts text. */
export function idsFrom(beginning: string): [from: string, to: string] {
  // A child run's id goes on after the digits with a node's key, which languages sort in their own ways.
  const digits = DIGITS.exec(beginning)![0];
  const last = digits.at(-1)!;
  return [digits, digits.slice(0, -1) + (last === '9' ? 'a' : String.fromCharCode(last.charCodeAt(0) + 1))];
}
