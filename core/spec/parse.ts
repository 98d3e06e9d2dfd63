import type { Json } from '../json.js';
import { MAX_SPEC_BYTES, MAX_SPEC_DEPTH } from '../limits.js';
import { BYTE_ORDER_MARK, readJson } from './json-source.js';
import { Lines, type Parsed, type Place, placesIn } from './places.js';
import type { Problem } from './problems.js';
import { type Flaw, keyFlaw, readYaml } from './yaml-source.js';

export type SpecFormat = 'yaml' | 'json';
/** What could be read has `parsed`, with whatever was wrong that does not stop the reading. */
export type ParseResult = { parsed?: Parsed; problems: Problem[] };

export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Reads YAML or JSON. JSON is read fast; its places are looked up only when something is to be said about them. */
export function parseSpec(text: string, format: SpecFormat): ParseResult {
  if (text.length > MAX_SPEC_BYTES) {
    const message = `the text has ${text.length} characters; a spec may have ${MAX_SPEC_BYTES}`;
    return { problems: [{ code: 'TEXT_TOO_LARGE', pointer: '', line: 1, column: 1, message }] };
  }
  return format === 'json' ? fromJson(text) : fromYaml(text);
}

function fromYaml(text: string): ParseResult {
  const { value, flaws, ...rest } = readYaml(text);
  const problems = problemsOf(text, flaws);
  return 'root' in rest ? { parsed: { value: value!, ...placesIn(text, rest.root) }, problems } : { problems };
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
  if (depth <= MAX_SPEC_DEPTH && !repeats && !proto) return { parsed: lazily(text, value), problems: [] };
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

function lazily(text: string, value: Json): Parsed {
  let places: Pick<Parsed, 'placeOf' | 'placeInString'> | undefined;
  const get = () => {
    const read = readJson(text);
    if (!read.ok) throw new Error(`JSON.parse reads what this can not: ${read.message}`);
    return (places ??= placesIn(text, read.root));
  };
  return {
    value,
    placeOf: (path, of): Place => (places ?? get()).placeOf(path, of),
    placeInString: (path, offset): Place => (places ?? get()).placeInString(path, offset),
  };
}
