import type { Dedupe } from '../../core/contract/triggers.js';
import { Fault } from '../../core/fault.js';
import { isObject, type Json } from '../../core/json.js';
import { MAX_DEDUPE_CHARS } from '../../core/limits.js';

/** What tells the delivery from others, where the trigger says that it stands. Throws REQUEST_INVALID when nothing usable stands there. */
export function deliveryId(dedupe: Dedupe, header: (name: string) => string | undefined, body: Json): string {
  const [found, where] =
    dedupe.from === 'header'
      ? [header(dedupe.name), `the header ${dedupe.name}`]
      : [at(body, dedupe.pointer), `${dedupe.pointer} of the body`];
  const id = typeof found === 'number' ? String(found) : found;
  // oxlint-disable-next-line no-control-regex -- the one character that PostgreSQL does not keep
  if (typeof id !== 'string' || id === '' || id.length > MAX_DEDUPE_CHARS || /\u0000/.test(id) || !id.isWellFormed())
    throw new Fault(
      'REQUEST_INVALID',
      `the delivery’s id is expected in ${where}: text or a number, 1 to ${MAX_DEDUPE_CHARS} characters`,
    );
  return id;
}

/** What a JSON pointer (RFC 6901) leads to. */
function at(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const step = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = /^(?:0|[1-9]\d*)$/.test(step) ? found[Number(step)] : undefined;
    else found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}
