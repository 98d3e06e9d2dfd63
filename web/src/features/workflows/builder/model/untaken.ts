import { create } from 'zustand';
import type { Plan } from '../../../../../../core/spec/plan.js';
import { readSpec } from './read.js';

/** Ways that tests or a dry run did not take, drawn on the canvas. */
export interface Untaken {
  /** Of this text alone: another one has other edges. */
  text: string;
  /** By key. */
  nodes: ReadonlySet<string>;
  /** By their place in the spec's list. */
  edges: ReadonlySet<number>;
  /** What the drawing says, such as `never taken by 3 cases`. */
  legend: string;
}

export const useUntaken = create<{ shown: Untaken | null }>(() => ({ shown: null }));
/** Nothing is drawn where every way was taken. */
export const showUntaken = (shown: Untaken | null): void =>
  useUntaken.setState({ shown: shown && shown.nodes.size + shown.edges.size > 0 ? shown : null });

/** The places of edges that are named by where they lead. */
export function placesOf(
  text: string,
  edges: readonly { from: string; to: string; on: Plan['edges'][number]['on'] }[],
): Set<number> {
  const named = new Set(edges.map(nameOf));
  return new Set(
    readSpec(text)
      .edges.filter((edge) => named.has(nameOf(edge)))
      .map(({ index }) => index),
  );
}
const nameOf = ({ from, to, on }: { from: string; to: string; on: string }): string => JSON.stringify([from, to, on]);
