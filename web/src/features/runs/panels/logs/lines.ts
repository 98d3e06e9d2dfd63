import { plainText } from '../../../../../../core/ansi.js';
import type { LogLine, LogStream } from '../../../../../../core/events/live.js';
import type { Span } from './ansi.js';

export interface LogFilter {
  /** A node's key, which stands for a map's items too, or an item's. */
  node?: string;
  attempt?: number;
  stream?: LogStream;
  /** Whatever its case. */
  text?: string;
}

export const idOf = ({ node_key, attempt, seq }: LogLine): string => `${node_key} ${attempt} ${seq}`;

/** As the API sorts them. */
export const byTime = (a: LogLine, b: LogLine): number =>
  compare(a.at, b.at) || compare(a.node_key, b.node_key) || a.attempt - b.attempt || a.seq - b.seq;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What was read and what was heard, each line once, in the order of the API. */
export function joined(read: readonly LogLine[], heard: readonly LogLine[]): LogLine[] {
  const known = new Set(read.map(idOf));
  const fresh = heard.filter((line) => {
    const id = idOf(line);
    return !known.has(id) && known.add(id);
  });
  if (fresh.length === 0) return [...read];
  const all = [...read, ...fresh];
  // What comes live mostly comes behind what is there.
  const last = read.at(-1);
  return last && fresh.some((line, i) => byTime(i === 0 ? last : fresh[i - 1]!, line) > 0) ? all.sort(byTime) : all;
}

/** Where a line is among lines in order, or the next one after it. */
export function indexOfLine(lines: readonly LogLine[], line: LogLine): number {
  const index = lines.findIndex((each) => byTime(each, line) >= 0);
  return index < 0 ? lines.length - 1 : index;
}

/** How many of them are newer than the line. */
export const countAfter = (lines: readonly LogLine[], line: LogLine): number =>
  lines.length - 1 - lines.findLastIndex((each) => byTime(each, line) <= 0);

export function filtered(lines: readonly LogLine[], { node, attempt, stream, text = '' }: LogFilter): LogLine[] {
  const wanted = text.toLowerCase();
  return lines.filter(
    (line) =>
      (node === undefined || line.node_key === node || line.node_key.startsWith(`${node}[`)) &&
      (attempt === undefined || line.attempt === attempt) &&
      (stream === undefined || line.stream === stream) &&
      (wanted === '' || plainOf(line).toLowerCase().includes(wanted)),
  );
}

const plain = new WeakMap<LogLine, string>();
/** The text of a line as it is read, kept: a search asks for it with each key. */
export function plainOf(line: LogLine): string {
  const known = plain.get(line);
  if (known !== undefined) return known;
  const text = plainText(line.text);
  plain.set(line, text);
  return text;
}

/** As a file holds them: one line each, with its time, node, attempt and stream. */
export const asFile = (lines: readonly LogLine[]): string =>
  lines
    .map((line) => `${line.at} ${line.node_key}#${line.attempt} ${line.stream.padEnd(6)} ${plainOf(line)}\n`)
    .join('');

export interface Piece extends Span {
  found?: true;
}

/** The spans, cut where the searched text begins and ends, however many spans it goes over. */
export function marked(spans: readonly Span[], text: string): Piece[] {
  if (text === '') return [...spans];
  const whole = spans
    .map((span) => span.text)
    .join('')
    .toLowerCase();
  const wanted = text.toLowerCase();
  const places: number[] = [];
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) places.push(at);
  const isFound = (at: number) => places.some((place) => at >= place && at < place + wanted.length);
  const edges = new Set(places.flatMap((place) => [place, place + wanted.length]));
  const pieces: Piece[] = [];
  let offset = 0;
  for (const span of spans) {
    const cuts = [...edges].filter((edge) => edge > offset && edge < offset + span.text.length).sort((a, b) => a - b);
    let from = offset;
    for (const to of [...cuts, offset + span.text.length]) {
      pieces.push({
        ...span,
        text: span.text.slice(from - offset, to - offset),
        ...(isFound(from) ? { found: true } : {}),
      });
      from = to;
    }
    offset += span.text.length;
  }
  return pieces;
}
