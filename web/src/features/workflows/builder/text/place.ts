/** Where a cursor stands in a spec: at a field's name or at its value, of what, and what has been typed of it. */
export interface TextPlace {
  slot: 'key' | 'value';
  /** For a name: what holds the field. For a value: up to and with the field. */
  path: (string | number)[];
  /** Offset in the text where the typed part begins. */
  from: number;
  typed: string;
}

/**
 * Found by indentation and braces alone, because a text that is being typed is seldom whole. Undefined in comments, in blocks of text, and
 * where nothing can be told. `json`: the text is JSON, which is braces all over.
 */
export function placeAt(text: string, offset: number, json = false): TextPlace | undefined {
  if (json) return flowPlace(text, 0, offset, []);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  const entries = entriesOf(before);
  const rest = before.slice(entries.end);
  if (/^#|\s#/.test(rest.replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?/g, '')) || before.trimStart().startsWith('#'))
    return undefined;
  const value = /^(?:[A-Za-z_$][\w$-]*)\s*:(?=\s)/.exec(rest);
  const column = entries.end;
  const holder = holderOf(text.slice(0, start).split('\n').slice(0, -1), column, entries.dashes);
  if (!holder) return undefined;
  if (!value) {
    if (/^[\w$-]*$/.test(rest)) return { slot: 'key', path: holder, from: offset - rest.length, typed: rest };
    return /^[[{]/.test(rest) ? flowPlace(text, start + column, offset, holder) : undefined;
  }
  const path = [...holder, value[0].replace(/\s*:$/, '')];
  const written = rest.slice(value[0].length);
  const blank = written.length - written.trimStart().length;
  if (/^[[{]/.test(written.trimStart())) return flowPlace(text, start + column + value[0].length + blank, offset, path);
  return { slot: 'value', path, from: start + column + value[0].length + blank, typed: written.trimStart() };
}

/** The dashes at the beginning of a line, by column, and where what follows them begins. */
function entriesOf(line: string): { dashes: number[]; end: number } {
  const dashes: number[] = [];
  let end = /^ */.exec(line)![0].length;
  for (let found = /^- +/.exec(line.slice(end)); found; found = /^- +/.exec(line.slice(end))) {
    dashes.push(end);
    end += found[0].length;
  }
  return { dashes, end };
}

/** The path to what holds a field at the column, from the lines above and the dashes of its own line. Undefined inside a block of text. */
function holderOf(above: readonly string[], column: number, own: readonly number[]): (string | number)[] | undefined {
  const path: (string | number)[] = [];
  let need = column;
  let list: number | undefined; // a dash whose number is being counted
  let count = 0;
  const dash = (at: number): void => {
    if (list === at) count++;
    else if (list === undefined && at < need) [list, count, need] = [at, 0, at];
  };
  for (const at of own.toReversed()) dash(at);
  for (const line of above.toReversed()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const { dashes, end } = entriesOf(line);
    const key = /^(?:"[^"]*"|'[^']*'|[A-Za-z_$][\w$./~-]*)(?=\s*:(?:\s|$))/.exec(line.slice(end))?.[0];
    const reach = list === undefined ? need - 1 : list;
    if (key !== undefined && end <= reach) {
      if (list !== undefined) path.unshift(count);
      list = undefined;
      if (/:\s*[|>][-+\d]*\s*(?:#.*)?$/.test(line)) return undefined;
      path.unshift(key.replace(/^["']|["']$/g, ''));
      need = end;
    }
    for (const at of dashes.toReversed()) dash(at);
    if (need === 0 && list === undefined) break;
  }
  return path;
}

/** As placeAt, within braces that begin at `start`. */
function flowPlace(text: string, start: number, offset: number, base: (string | number)[]): TextPlace | undefined {
  const open: { list: boolean; key: string | undefined; count: number }[] = [];
  let from = start;
  let quote = '';
  for (let at = start; at < offset; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
      continue;
    }
    const top = open.at(-1);
    if ((char === '"' || char === "'") && text.slice(from, at).trim() === '') quote = char;
    else if (char === '{' || char === '[') open.push({ list: char === '[', key: undefined, count: 0 });
    else if (char === '}' || char === ']') open.pop();
    else if (char === ':' && top && !top.list && top.key === undefined) top.key = bare(text.slice(from, at));
    else if (char === ',' && top) Object.assign(top, { key: undefined, count: top.count + 1 });
    else continue;
    if (quote === '') from = at + 1;
  }
  const top = open.at(-1);
  if (!top) return undefined;
  const path = [...base, ...open.slice(0, -1).flatMap(stepOf)];
  const blank = /^\s*/.exec(text.slice(from, offset))![0].length;
  const typed = text.slice(from + blank, offset);
  const slot = top.list || top.key !== undefined ? 'value' : 'key';
  return { slot, path: slot === 'value' ? [...path, ...stepOf(top)] : path, from: from + blank, typed };
}

const stepOf = ({
  list,
  key,
  count,
}: {
  list: boolean;
  key: string | undefined;
  count: number;
}): (string | number)[] => (list ? [count] : key === undefined ? [] : [key]);
const bare = (text: string): string => text.trim().replace(/^["']|["']$/g, '');
