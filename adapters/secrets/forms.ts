/** Shorter forms would be masked out of innocent text. */
export const SHORTEST = 4;
/** A line of a secret of several lines, such as a key file, that is worth hiding by itself. */
const LINE = 8;

/** Of JSON inside of JSON: an answer quoted in an error that is logged as JSON makes three. */
const JSON_LAYERS = 4;

/** A value as it is, and as encoders leave it. */
export function formsOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/).filter((line) => line.length >= LINE);
  const texts = lines.length > 1 ? [value, ...lines] : [value];
  return [...new Set(texts.flatMap(encodings))].filter((form) => form.length >= SHORTEST);
}

function encodings(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  const json = inJson(text);
  const packed = [text, ...json].flatMap(inBase64); // what is packed is often JSON, as in a token
  return [text, ...inUrls(text), ...json, inMarkup(text), hex, hex.toUpperCase(), ...packed];
}

/** Encoders differ in what they leave as it is, in how they write a space, and in the case of their digits. */
function inUrls(text: string): string[] {
  const whole = encodeURIComponent(text.toWellFormed());
  const strict = whole.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const forms = [whole, strict, form, whole.replaceAll('%2F', '/'), encodeURI(text.toWellFormed())];
  return [...forms, ...forms.map((each) => each.replaceAll(/%../g, (code) => code.toLowerCase()))];
}

/** JSON is often text inside of JSON, and again; and some writers escape slashes, or all that is not ASCII. */
function inJson(text: string): string[] {
  const escape = (plain: string) => JSON.stringify(plain).slice(1, -1);
  const ascii = (json: string) =>
    json.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const once = escape(text);
  const variants = [once, ascii(once), once.replaceAll('/', '\\/'), ascii(once).replaceAll('/', '\\/')];
  const layers = [variants];
  while (layers.length < JSON_LAYERS) layers.push(layers.at(-1)!.map(escape));
  return layers.flat();
}

const MARKUP: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const inMarkup = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => MARKUP[char]!);

/**
 * In the middle of a longer text base64 depends on the offset, so all three are known; the characters at both ends, which also
 * depend on the neighbours, are left out.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const certain = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = whole.slice(offset === 0 ? 0 : offset + 1, certain);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
