import type { z } from 'zod';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { auth as authSchema } from '../../core/nodes/parts.js';

type Auth = z.infer<typeof authSchema>;

const MASK = '[secret]';
/** Shorter values would be masked out of innocent text. */
const SHORTEST = 4;

/** Secrets by name, and a scrubber that knows their values in the forms in which they leak. */
export class Secrets {
  private readonly values: ReadonlyMap<string, string>;
  private readonly forms: string[];

  constructor(values: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(values)) {
      if (value.length < SHORTEST)
        throw new Error(`secret ${name} is shorter than ${SHORTEST} characters: it could not be kept out of logs`);
    }
    this.values = new Map(Object.entries(values));
    this.forms = [...new Set(Object.values(values).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  }

  get(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) throw new Fault('SECRET_UNKNOWN', `there is no secret ${name}`);
    return value;
  }

  /** The request headers that carry a node's credentials. */
  headersFor(auth: Auth): Record<string, string> {
    if (auth.type === 'bearer') return { authorization: `Bearer ${this.get(auth.secret)}` };
    if (auth.type === 'basic')
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${this.get(auth.secret)}`).toString('base64')}` };
    return { [auth.name.toLowerCase()]: this.get(auth.secret) };
  }

  scrubText(text: string): string {
    let clean = text;
    for (const form of this.forms) if (clean.includes(form)) clean = clean.replaceAll(form, MASK);
    return clean;
  }

  /** The value with secrets masked in all its strings and names; the same object when it holds none. */
  scrub(value: Json): Json {
    if (this.forms.length === 0) return value;
    if (typeof value === 'string') return this.scrubText(value);
    if (Array.isArray(value)) return value.map((part) => this.scrub(part));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [this.scrubText(name), this.scrub(part)]));
  }
}

/** As it is, and as encoders leave it. Base64 of a value inside a longer text differs by its offset, so all three are known. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].flatMap((pad) => {
    const text = Buffer.concat([Buffer.alloc(pad), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const core = text.slice(pad === 0 ? 0 : pad + 1, text.length - ((bytes.length + pad) % 3 === 0 ? 0 : 1));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const json = JSON.stringify(value).slice(1, -1);
  return [value, encodeURIComponent(value), bytes.toString('hex'), json, ...shifted].filter(
    (form) => form.length >= SHORTEST,
  );
}
