/** What the compiler may find. `docs/faults.md` shows an example of each; a test keeps the two alike. */
export const PROBLEMS = {
  SYNTAX: 'The text is not YAML or JSON',
  DUPLICATE_KEY: 'A key stands twice in one mapping',
  TEXT_TOO_LARGE: 'The text is larger than a spec may be',
  TOO_DEEP: 'Values stand deeper inside one another than they may',
  TOO_MANY_NODES: 'There are more nodes than a spec may have',
  TOO_MANY_EDGES: 'There are more edges than a spec may have',
  UNKNOWN_FIELD: 'There is no such field',
  MISSING_FIELD: 'A field is missing',
  WRONG_TYPE: 'The value has another type than expected',
  BAD_VALUE: 'The value is not one of those that are allowed',
  OUT_OF_RANGE: 'The value is too small or too large',
  BAD_DURATION: 'The text is no duration or time',
  BAD_SCHEMA: 'The value is no JSON Schema',
  DUPLICATE_NODE: 'Two nodes have the same key',
  UNKNOWN_NODE: 'An edge names a node that is not there',
  SELF_EDGE: 'An edge leads from a node to itself',
  DUPLICATE_EDGE: 'Two edges lead the same way on the same outcome',
  CYCLE: 'The edges form a circle',
  UNREACHABLE_NODE: 'No way leads to the node',
  EDGE_NEVER_TAKEN: 'The edge can not be taken',
  JOIN_CANNOT_FIRE: 'The join can not be satisfied',
  EXPRESSION_SYNTAX: 'The expression is not CEL',
  UNKNOWN_NAME: 'The expression uses a name that does not exist',
  UNKNOWN_PROPERTY: 'The expression reads a property that its schema does not have',
  EXPRESSION_TYPE: 'The types in the expression do not fit',
  CONDITION_NOT_BOOL: 'The condition is not true or false',
  NOT_UPSTREAM: 'The expression reads a node that has not run by then',
  NOT_ALLOWED: 'The expression uses what the profile leaves out',
  EXPRESSION_TOO_COSTLY: 'The expression could take too long',
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  code: ProblemCode;
  /** RFC 6901, into the document that was sent. */
  pointer: string;
  /** In the text that was sent, from 1. */
  line: number;
  column: number;
  message: string;
  /** The nearest thing that would be right. */
  suggestion?: string;
}

/** The candidate nearest to the word, when one is near enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  const { length } = word;
  let least = 1 + (length < 2 ? 0 : length < 5 ? 1 : Math.max(2, Math.floor(length / 3)));
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Comparisons that all suggestions of one kind may cost together: they help a reader, and nobody reads thousands. */
const COMPARISONS = 200_000;

/** As `nearest`, for many words against the same candidates; once it has looked long enough it suggests nothing more. */
export function speller(candidates: Iterable<string>): (word: string) => string | undefined {
  const names = [...new Set(candidates)];
  const known = new Map<string, string | undefined>();
  let left = COMPARISONS;
  return (word) => {
    if (known.has(word) || left <= 0) return known.get(word);
    left -= names.length;
    const found = nearest(word, names);
    known.set(word, found);
    return found;
  };
}

/** Levenshtein's distance, with neighbours swapped counting once; gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let lowest = i;
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
      lowest = Math.min(lowest, next[j]!);
    }
    if (lowest >= limit) return limit;
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
