import { CONTROL, lastState, SEQUENCE } from '../../../../../../core/ansi.js';

/**
 * The colours that programs write into their output (ECMA-48, 8.3.117: Select Graphic Rendition), as spans that a component can draw. No
 * HTML is made. Colours are brought to the eight that the app has a readable ink for in both themes; all other control sequences are left
 * out, and of a line that was overwritten by carriage returns its last state is kept.
 */
export type Ink = 'black' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white';

export interface Style {
  fg?: Ink;
  bg?: Ink;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  strike?: true;
  inverse?: true;
}
export interface Span extends Style {
  text: string;
}

const INKS: Ink[] = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
export function spansOf(line: string): Span[] {
  const text = lastState(line);
  if (!text.includes('\u001b')) return text === '' ? [] : [{ text: text.replace(CONTROL, '') }];
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  for (const found of text.matchAll(SEQUENCE)) {
    push(text.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[2] === 'm') style = restyled(style, found[1] ?? '');
  }
  push(text.slice(from));
  return spans;

  function push(raw: string): void {
    const clean = raw.replace(CONTROL, '');
    if (clean !== '') spans.push({ text: clean, ...style });
  }
}

/** Colons separate as semicolons do: `38:5:1` and `38;5;1`. */
function restyled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((each) => (each === '' ? 0 : Number(each)));
  let next: Style = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 38 || code === 48) {
      const [ink, used] = extended(codes.slice(at + 1));
      if (ink) next = { ...next, [code === 38 ? 'fg' : 'bg']: ink };
      at += used;
    } else next = withCode(next, code);
  }
  return next;
}

const ON: Record<number, Style> = {
  ...{ 1: { bold: true }, 2: { dim: true }, 3: { italic: true } },
  ...{ 4: { underline: true }, 7: { inverse: true }, 9: { strike: true } },
};
const OFF: Record<number, (keyof Style)[]> = {
  ...{ 22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['inverse'], 29: ['strike'] },
  ...{ 39: ['fg'], 49: ['bg'] },
};

function withCode(style: Style, code: number): Style {
  if (code === 0) return {};
  if (ON[code]) return { ...style, ...ON[code] };
  if (OFF[code])
    return Object.fromEntries(Object.entries(style).filter(([name]) => !OFF[code]!.includes(name as never)));
  for (const [first, what] of [
    ...([
      [30, 'fg'],
      [90, 'fg'],
    ] as const),
    ...([
      [40, 'bg'],
      [100, 'bg'],
    ] as const),
  ])
    if (code >= first && code < first + 8) return { ...style, [what]: INKS[code - first] };
  return style;
}

/** Of 256 colours, or of red, green and blue. Answers the ink, and how many numbers told it. */
function extended([kind, ...rest]: number[]): [Ink | undefined, number] {
  if (kind === 5) return [of256(rest[0] ?? 0), 2];
  if (kind === 2) return [nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), 4];
  return [undefined, 1];
}

function of256(index: number): Ink {
  if (index < 16) return INKS[index % 8]!;
  if (index >= 232) return index < 244 ? 'black' : 'white';
  const cube = index - 16;
  const level = (n: number) => (n === 0 ? 0 : 55 + 40 * n);
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

/** By which of red, green and blue are strong: what is grey becomes black or white. */
function nearest(red: number, green: number, blue: number): Ink {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 128 ? 'black' : 'white';
  const strong = [red, green, blue].map((each) => each - least > (most - least) / 2);
  return INKS[(strong[0] ? 1 : 0) + (strong[1] ? 2 : 0) + (strong[2] ? 4 : 0)]!;
}
