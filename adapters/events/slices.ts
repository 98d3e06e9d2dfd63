import type { Letter } from './letter.js';

/** PostgreSQL takes payloads of less than 8,000 bytes. A slice has a head of less than 80. */
const SLICE_BYTES = 7_900;
const HEAD = /^([\w-]+) (\d+) (\d+)\/(\d+)\n/;
/** Of so many senders half a letter is kept. */
const SENDERS = 1_000;

/** A letter in pieces that fit into a notification: `<publisher> <letter> <piece>/<pieces>`, then the piece's part of the text. */
export function slicesOf({ publisher, n, text }: Omit<Letter, 'shard'>): string[] {
  const pieces = Math.max(1, Math.ceil(text.length / SLICE_BYTES));
  return Array.from({ length: pieces }, (_, i) => {
    const part = text.slice(i * SLICE_BYTES, (i + 1) * SLICE_BYTES);
    return `${publisher} ${n} ${i + 1}/${pieces}\n${part}`;
  });
}

/** Puts letters together again. The pieces of one arrive in order; one whose beginning was missed is passed over, as is what is no piece. */
export class Slices {
  private readonly begun = new Map<string, { n: number; parts: string[] }>();

  take(shard: number, payload: string): Letter | undefined {
    const [head, publisher, n, piece, pieces] = HEAD.exec(payload) ?? [];
    if (head === undefined) return undefined;
    const part = payload.slice(head.length);
    const key = `${shard} ${publisher}`;
    const begun = piece === '1' ? { n: Number(n), parts: [] } : this.begun.get(key);
    this.begun.delete(key);
    if (!begun || begun.n !== Number(n) || begun.parts.length + 1 !== Number(piece)) return undefined;
    begun.parts.push(part);
    if (piece === pieces) return { shard, publisher: publisher!, n: Number(n), text: begun.parts.join('') };
    this.begun.set(key, begun);
    if (this.begun.size > SENDERS) this.begun.delete(this.begun.keys().next().value!);
    return undefined;
  }
}
