/** What two lists have in common, and what only one of them has. */
export interface Pairing<T> {
  both: [T, T][];
  removed: T[];
  added: T[];
}

/**
 * Pairs the items of two lists by what they go by: first by the first, what is left by the second, and so on. Of several that go by the
 * same, the first is paired with the first. Each list of the answer has the order of its own list; pairs that of the second.
 */
export function pairs<T>(from: readonly T[], to: readonly T[], by: readonly ((item: T) => string)[]): Pairing<T> {
  const partner = new Map<T, T>();
  let left = [...from];
  for (const nameOf of by) {
    const named = grouped(left, nameOf);
    for (const item of to) {
      const found = partner.has(item) ? undefined : named.get(nameOf(item))?.shift();
      if (found !== undefined) partner.set(item, found);
    }
    left = [...named.values()].flat();
  }
  const unpaired = new Set(left);
  return {
    both: to.flatMap((item): [T, T][] => (partner.has(item) ? [[partner.get(item)!, item]] : [])),
    removed: from.filter((item) => unpaired.has(item)),
    added: to.filter((item) => !partner.has(item)),
  };
}

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return groups;
}
