import { randomBytes } from 'node:crypto';

/** A new id: a prefix that says what it is, and a UUIDv7 (RFC 9562), so that ids sort by the time they were made. */
export function newId(prefix: 'org' | 'key' | 'wf' | 'run' | 'req' | 'trg' | 'whk'): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `${prefix}_${bytes.toString('hex')}`;
}
