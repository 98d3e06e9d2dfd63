import { createHash, randomBytes } from 'node:crypto';

export type IdPrefix =
  | ('org' | 'key' | 'wf' | 'run' | 'req' | 'sch' | 'trg' | 'whk' | 'evt' | 'am')
  | ('clm' | 'cmt' | 'dlg');

/** A new id: a prefix that says what it is, and a UUIDv7 (RFC 9562), so that ids sort by the time they were made. */
export const newId = (prefix: IdPrefix): string => idOf(prefix, Date.now(), randomBytes(16));

/** The id of the run that a schedule's fire starts: always the same for the same fire. */
export const fireRunId = (schedule: string, due: Date): string =>
  idOf('run', due.getTime(), createHash('sha256').update(`${schedule} ${due.toISOString()}`).digest());

/** Of at least 16 bytes; the time is in ms. */
function idOf(prefix: IdPrefix, at: number, given: Buffer): string {
  const bytes = Buffer.from(given.subarray(0, 16));
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `${prefix}_${bytes.toString('hex')}`;
}
