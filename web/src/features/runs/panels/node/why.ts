/** RFC 3339 as the engine writes it. */
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** A sentence of the engine, with its times by themselves, so that they can be shown in the reader's zone and counted down to. */
export function splitTimes(sentence: string): ({ text: string } | { at: string })[] {
  const parts: ({ text: string } | { at: string })[] = [];
  let from = 0;
  for (const { 0: at, index } of sentence.matchAll(TIME)) {
    if (index > from) parts.push({ text: sentence.slice(from, index) });
    parts.push({ at });
    from = index + at.length;
  }
  if (from < sentence.length) parts.push({ text: sentence.slice(from) });
  return parts;
}

/** With a capital, unless it begins with a name, such as `user:ann`. */
export const capital = (sentence: string): string =>
  sentence.replace(/^[a-z]+(?= )/, (word) => word[0]!.toUpperCase() + word.slice(1));
