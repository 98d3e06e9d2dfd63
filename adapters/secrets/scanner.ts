/** Where a pattern was found: bytes [from, to). */
type Found = [from: number, to: number];

const KEY_BYTES = 4;

/**
 * Finds many patterns in one pass, in time that does not grow with their number. The last four bytes read are a key; a small filter
 * lets nearly all of them pass at the cost of one look-up.
 */
export class Scanner {
  private readonly filter = new Uint8Array(65_536);
  private readonly patterns = new Map<number, Buffer[]>();
  private readonly shortest: number;

  /** Patterns are four bytes long or longer. */
  constructor(patterns: readonly Buffer[]) {
    for (const pattern of patterns) {
      const key = pattern.readInt32LE(0);
      this.filter[slotOf(key)] = 1;
      const known = this.patterns.get(key);
      if (known) known.push(pattern);
      else this.patterns.set(key, [pattern]);
    }
    for (const known of this.patterns.values()) known.sort((a, b) => b.length - a.length);
    this.shortest = Math.min(...patterns.map(({ length }) => length));
  }

  /** From left to right, the longest where several begin. */
  find(bytes: Buffer): Found[] {
    const found: Found[] = [];
    if (bytes.length < this.shortest) return found;
    let key = 0;
    let last = 0;
    for (let at = 0; at < bytes.length; at++) {
      key = (key >>> 8) | (bytes[at]! << 24);
      if (this.filter[slotOf(key)] === 0) continue;
      const from = at - KEY_BYTES + 1;
      if (from < last) continue;
      const pattern = this.patterns.get(key)?.find((each) => each.equals(bytes.subarray(from, from + each.length)));
      if (!pattern) continue;
      last = from + pattern.length;
      found.push([from, last]);
    }
    return found;
  }
}

const slotOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 16;
