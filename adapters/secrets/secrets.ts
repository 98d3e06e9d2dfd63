import type { z } from 'zod';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { auth as authSchema } from '../../core/nodes/parts.js';
import { formsOf, SHORTEST } from './forms.js';
import { Scanner } from './scanner.js';

type Auth = z.infer<typeof authSchema>;

const MASK = '[secret]';

/** Secrets by name, and a scrubber that knows their values in the forms in which they leak. */
export class Secrets {
  private readonly values: ReadonlyMap<string, string>;
  private readonly scanner: Scanner | undefined;

  constructor(values: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(values)) {
      if (value.length < SHORTEST)
        throw new Error(`secret ${name} is shorter than ${SHORTEST} characters: it could not be kept out of logs`);
    }
    this.values = new Map(Object.entries(values));
    const forms = new Set(Object.values(values).flatMap(formsOf));
    this.scanner = forms.size === 0 ? undefined : new Scanner([...forms].map((form) => Buffer.from(form)));
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
    if (text.length < SHORTEST) return text;
    const bytes = Buffer.from(text);
    const clean = this.scrubBytes(bytes);
    return clean === bytes ? text : clean.toString();
  }

  /** The same bytes when they hold no secret. */
  scrubBytes(bytes: Buffer): Buffer {
    const found = this.scanner?.find(bytes) ?? [];
    if (found.length === 0) return bytes;
    const parts: Buffer[] = [];
    let at = 0;
    for (const [from, to] of found) {
      parts.push(bytes.subarray(at, from), Buffer.from(MASK));
      at = to;
    }
    return Buffer.concat([...parts, bytes.subarray(at)]);
  }

  /** The value with secrets masked in all its strings and names. */
  scrub(value: Json): Json {
    if (!this.scanner) return value;
    if (typeof value === 'string') return this.scrubText(value);
    if (typeof value === 'number') return this.scrubNumber(value);
    if (Array.isArray(value)) return value.map((part) => this.scrub(part));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [this.scrubText(name), this.scrub(part)]));
  }

  /** A secret of digits comes back from a JSON parser as a number. A number that only holds it somewhere is a number. */
  private scrubNumber(value: number): Json {
    return this.scrubText(String(value)) === MASK ? MASK : value;
  }
}
