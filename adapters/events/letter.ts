import { createHash } from 'node:crypto';

/**
 * Runs are spread over so many channels, and who watches a run listens to its channel only. A stream per run would tie a reader's cost
 * to the number of runs watched, and a second copy of everything would be needed for who wants all. Part of the protocol between
 * processes: changing it needs a new name for the channels.
 */
export const SHARDS = 16;
export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Events of one shard on their way together. */
export interface Letter {
  shard: number;
  /** Who sent it; `n` counts its letters. A letter that arrives again, because its sender could not know, is told by them. */
  publisher: string;
  n: number;
  /** Lines: a run's key, an event of that run, and so on. Pure ASCII, so that its length is its size on every wire. */
  text: string;
}

/** An event as a line, beside the key of its run. */
export interface Line {
  shard: number;
  run: string;
  json: string;
}

export const keyOf = (runId: string): string => ascii(JSON.stringify(runId));

export const lineOf = (event: { run_id: string }): Line => ({
  shard: shardOf(event.run_id),
  run: keyOf(event.run_id),
  json: ascii(JSON.stringify(event)),
});

export const sizeOf = ({ run, json }: Line): number => run.length + json.length + 2;

export const shardOf = (runId: string): number => createHash('sha256').update(runId).digest()[0]! % SHARDS;

/** One letter a shard and piece: no letter is larger than `most`, unless it is a single event that is. */
export function lettersOf(lines: Line[], most: number): { shard: number; text: string }[] {
  const letters: { shard: number; text: string }[] = [];
  const open = new Map<number, { shard: number; text: string }>();
  for (const line of lines) {
    const text = `${line.run}\n${line.json}\n`;
    const letter = open.get(line.shard);
    if (letter && letter.text.length + text.length <= most) letter.text += text;
    else {
      const fresh = { shard: line.shard, text };
      open.set(line.shard, fresh);
      letters.push(fresh);
    }
  }
  return letters;
}

/** The lines of a letter, of which only those that somebody wants need be parsed. */
export function* linesOf(text: string): Generator<{ run: string; json: string }> {
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) yield { run: lines[i]!, json: lines[i + 1]! };
}

/** JSON that says the same in ASCII. */
const ascii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
