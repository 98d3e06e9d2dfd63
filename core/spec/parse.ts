import type { Json } from '../json.js';
import { MAX_SPEC_BYTES, MAX_SPEC_DEPTH } from '../limits.js';
import { BYTE_ORDER_MARK, readJson } from './json-source.js';
import { Lines, type Parsed, type Place, placesIn, type Spot } from './places.js';
import type { Problem } from './problems.js';
import { quickYaml } from './quick-yaml.js';
import { type Flaw, keyFlaw, readYaml } from './yaml-source.js';

export type SpecFormat = 'yaml' | 'json';
/** What could be read has `parsed`, with whatever was wrong that does not stop the reading. */
export type ParseResult = { parsed?: Parsed; problems: Problem[] };

export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Reads YAML or JSON. Values are read fast; their places are looked up only when something is to be said about them. */
export function parseSpec(text: string, format: SpecFormat): ParseResult {
  if (text.length > MAX_SPEC_BYTES) {
    const message = `the text has ${text.length} characters; a spec may have ${MAX_SPEC_BYTES}`;
    return { problems: [{ code: 'TEXT_TOO_LARGE', pointer: '', line: 1, column: 1, message }] };
  }
  return format === 'json' ? fromJson(text) : fromYaml(text);
}

function fromYaml(text: string): ParseResult {
  const quick = quickYaml(text);
  if (quick !== undefined) return { parsed: lazily(quick, () => placesIn(text, rootOf(readYaml(text)))), problems: [] };
  const read = readYaml(text);
  const problems = problemsOf(text, read.flaws);
  return 'root' in read ? { parsed: { value: read.value, ...placesIn(text, read.root) }, problems } : { problems };
}

function fromJson(text: string): ParseResult {
  let value: Json;
  try {
    value = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) as Json;
  } catch (err) {
    if (!(err instanceof SyntaxError)) throw err;
    const read = readJson(text);
    const { at, message } = read.ok ? { at: 0, message: err.message } : read;
    return { problems: problemsOf(text, [{ code: 'SYNTAX', path: [], at, message }]) };
  }
  const { keys, depth, proto } = survey(value);
  const repeats = (text.match(/"[ \t\r\n]*:/g)?.length ?? 0) > keys;
  if (depth <= MAX_SPEC_DEPTH && !repeats && !proto)
    return { parsed: lazily(value, () => placesIn(text, rootOf(readJson(text)))), problems: [] };
  const read = readJson(text);
  if (!read.ok) return { problems: problemsOf(text, [{ code: 'TOO_DEEP', path: [], ...read }]) };
  const flaws = read.keys.map(({ path, at, twice }) => keyFlaw(path, at, twice));
  return { parsed: { value, ...placesIn(text, read.root) }, problems: problemsOf(text, flaws) };
}

function problemsOf(text: string, flaws: readonly Flaw[]): Problem[] {
  const lines = new Lines(text);
  return flaws.map(({ code, path, at, message }) => ({
    code,
    pointer: pointerOf(path),
    ...lines.placeOf(at),
    message,
  }));
}

/**
 * How deep the value is, and how many keys it has. Fewer than `"…":` stand in the text means that one may have been overwritten:
 * JSON.parse keeps the last of two equal keys without a word.
 */
function survey(value: Json): { keys: number; depth: number; proto: boolean } {
  let keys = 0;
  let depth = 0;
  let proto = false;
  const visit = (part: Json, at: number): void => {
    if (part === null || typeof part !== 'object') return;
    depth = Math.max(depth, at);
    if (at > MAX_SPEC_DEPTH) return;
    const inner = Array.isArray(part) ? part : Object.values(part);
    if (inner !== part) {
      keys += inner.length;
      proto ||= Object.hasOwn(part, '__proto__');
    }
    for (const each of inner) visit(each, at + 1);
  };
  visit(value, 1);
  return { keys, depth, proto };
}

type Places = Pick<Parsed, 'placeOf' | 'placeInString'>;

function lazily(value: Json, locate: () => Places): Parsed {
  let places: Places | undefined;
  return {
    value,
    placeOf: (path, of): Place => (places ??= locate()).placeOf(path, of),
    placeInString: (path, offset): Place => (places ??= locate()).placeInString(path, offset),
  };
}

/** What a quick reader has read, the one that knows the places reads as well. */
function rootOf(read: object): Spot {
  if ('root' in read) return read.root as Spot;
  throw new Error('the quick reader reads what this can not');
}
