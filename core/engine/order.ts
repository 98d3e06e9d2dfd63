import { type Fact, FUSE, itemsOfTask, nodeOfTask } from './facts.js';

/**
 * The order in which the facts of one step are applied. History has an order too, but a workflow sees the facts of one
 * workflow task through promises, whose order differs; so the step sorts them by what they are about. What came by Update
 * comes before signals, since an Update has promised its caller an answer; of Updates events come first, since theirs says which
 * nodes they wake. A request to cancel comes last.
 */
export function inOrder(facts: Fact[], indexOf: ReadonlyMap<string, number>): Fact[] {
  if (facts.length < 2) return facts;
  const ranked = facts.map((fact, arrival) => ({ fact, arrival, rank: rankOf(fact, indexOf) }));
  ranked.sort((a, b) => compare(a.rank, b.rank) || a.arrival - b.arrival);
  return ranked.map(({ fact }) => fact);
}

/** A region ends in the middle of a workflow task, after all that the task began with: history and fold see it as a step of its own. */
export function stepsOf(facts: Fact[]): Fact[][] {
  const [regions, others] = [true, false].map((ends) => facts.filter((fact) => endsRegion(fact) === ends));
  return regions!.length === 0 ? [others!] : others!.length === 0 ? [regions!] : [others!, regions!];
}

const endsRegion = (fact: Fact): boolean => 'task' in fact && fact.task === FUSE;

type Rank = readonly [group: number, node: number, item: number, task: string];

function rankOf(fact: Fact, indexOf: ReadonlyMap<string, number>): Rank {
  if (fact.is === 'cancel_requested') return [3, 0, 0, ''];
  if (fact.is === 'event') return [fact.via === 'update' ? -1 : 1, 0, 0, ''];
  if (fact.is === 'acted') return [0, 0, 0, ''];
  if (fact.is === 'decided') return [fact.via === 'update' ? 0 : 1, 0, 0, ''];
  const node = nodeOfTask(fact.task);
  return [2, node === undefined ? -1 : (indexOf.get(node) ?? -1), itemsOfTask(fact.task)?.from ?? -1, fact.task];
}

function compare(a: Rank, b: Rank): number {
  for (const i of [0, 1, 2] as const) if (a[i] !== b[i]) return a[i] - b[i];
  return a[3] < b[3] ? -1 : a[3] > b[3] ? 1 : 0;
}
