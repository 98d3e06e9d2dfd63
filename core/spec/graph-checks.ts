import type { Draft } from './draft.js';
import { cyclesOf } from './graph.js';
import { type LiveEdge, livenessOf } from './liveness.js';
import type { Report } from './report.js';

/** Proves that the graph has no circle, that every node can be reached and that every join can fire (P4). */
export function checkGraph(draft: Draft, order: readonly number[], report: Report): void {
  const { nodes, keys, links, lost } = draft;
  const nameOf = (node: number) => keys[node] ?? `/nodes/${node}`;
  for (const cycle of cyclesOf(nodes.length, links, order)) {
    const closing = links.find(({ from, to }) => from === cycle.at(-1) && to === cycle[0]);
    const names = [...cycle, cycle[0]!].map(nameOf);
    report.say('CYCLE', ['edges', closing?.index ?? 0], `the edges form a circle: ${inShort(names).join(' → ')}`);
  }
  if (order.length < nodes.length) return;
  const { deadEdges, unreachable, impossible } = livenessOf(
    nodes.map((node) => ({ join: node?.join ?? 'all', canFail: node?.on_error === 'continue' })),
    links.map(
      ({ from, to, edge: { on, condition } }): LiveEdge => ({ from, to, on, never: condition?.trim() === 'false' }),
    ),
    order,
  );
  for (const { edge, why } of deadEdges) {
    const { index, from } = links[edge]!;
    if (why === 'never') report.say('EDGE_NEVER_TAKEN', ['edges', index, 'condition'], 'the condition is always false');
    else
      report.say(
        'EDGE_NEVER_TAKEN',
        ['edges', index, 'on'],
        `when ${nameOf(from)} fails ${nodes[from]?.on_error === 'hold' ? 'it is held' : 'the run fails'}, so this edge is never taken`,
        `on_error: continue on node ${nameOf(from)}`,
      );
  }
  // An edge that could not be read may be the one that is missed here; it has been told of already.
  if (lost.length > 0) return;
  for (const node of unreachable)
    report.say('UNREACHABLE_NODE', ['nodes', node, 'key'], `no edge to ${nameOf(node)} can ever be taken`);
  for (const { node, asked, most } of impossible)
    report.say(
      'JOIN_CANNOT_FIRE',
      ['nodes', node, 'join'],
      `the join waits for ${asked} edges, but at most ${most} can be taken together`,
    );
}

/** A long circle is told by its ends. */
const inShort = (names: string[]): string[] =>
  names.length <= 12 ? names : [...names.slice(0, 6), `… ${names.length - 12} more …`, ...names.slice(-6)];
