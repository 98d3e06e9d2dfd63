import type { Edge, FitViewOptions, Node } from '@xyflow/react';
import { crowdedEnds, type Placed, type Point } from '../../../../lib/layout/index.js';
import { lookOf } from '../../../../ui/node-types.js';
import type { DrawnEdge, DrawnNode, PlacedProblem, Positions, Selection, SpecView, Untaken } from '../model/index.js';

/** In px. Every node has the same size, so that the layout need not wait for the browser to measure. */
export const [NODE_WIDTH, NODE_HEIGHT] = [236, 58];

/** All of it, clear of what lies over the canvas. */
export const WHOLE: FitViewOptions = { padding: { x: 0.08, top: 0.06, bottom: '108px' }, maxZoom: 1 };

export interface Mark {
  short: string;
  says: string;
}
export type CardData = Pick<DrawnNode, 'type' | 'summary'> & {
  label: string;
  tool: unknown;
  problems: readonly string[];
  /** How the node differs from a plain one: what joins, what is done when it fails. */
  marks: readonly Mark[];
  /** No case came here, or a dry run does not. */
  untaken: boolean;
};
export type LineData = Pick<DrawnEdge, 'on'> & {
  condition: string | undefined;
  problems: readonly string[];
  points: readonly Point[] | undefined;
  /** Other edges with labels lead to the same node. */
  crowded: boolean;
  untaken: boolean;
};
export type CardNode = Node<CardData, 'card'>;
export type LineEdge = Edge<LineData, 'line'>;

export interface Sources {
  view: SpecView;
  problems: readonly PlacedProblem[];
  selection: Selection;
  places: ReadonlyMap<string, Point>;
  positions: Positions;
  /** The node that keys act on. */
  current: string | undefined;
  /** Ways that were not taken; of this very text. */
  untaken?: Untaken | null;
}

const HANDLES = (['target', 'source'] as const).map((type) => ({
  ...{ type, width: 1, height: 1, x: NODE_WIDTH / 2, y: type === 'target' ? 0 : NODE_HEIGHT },
  position: (type === 'target' ? 'top' : 'bottom') as never,
}));

/** The spec as React Flow draws it. Nodes of one key, which the compiler refuses, are drawn once. */
export function nodesOf({ view, problems, selection, places, positions, current, untaken }: Sources): CardNode[] {
  const told = messagesBy(problems, 'node');
  const selected = new Set(selection.nodes);
  const seen = new Set<string>();
  return view.nodes.flatMap((node): CardNode[] => {
    if (seen.has(node.key)) return [];
    seen.add(node.key);
    const { key, type, summary } = node;
    const data = {
      label: key,
      type,
      summary,
      tool: toolOf(node),
      problems: told.get(key) ?? [],
      marks: marksOf(node),
      untaken: untaken?.nodes.has(key) ?? false,
    };
    return [
      {
        ...{ id: key, type: 'card', data, position: positions[key] ?? places.get(key) ?? { x: 0, y: 0 } },
        ...{ width: NODE_WIDTH, height: NODE_HEIGHT, handles: HANDLES, selected: selected.has(key) },
        measured: { width: NODE_WIDTH, height: NODE_HEIGHT },
        ariaLabel: saidOf(data),
        domAttributes: { tabIndex: key === current ? 0 : -1 },
      },
    ];
  });
}

const toolOf = ({ value: { config } }: DrawnNode): unknown =>
  typeof config === 'object' && config !== null && !Array.isArray(config) ? config['tool'] : undefined;

function marksOf({ value: { join, on_error, compensate } }: DrawnNode): Mark[] {
  const joins = typeof join === 'string' ? join.replace('_', ' ') : 'n';
  return [
    ...(join === undefined || join === 'all' ? [] : [{ short: `join ${joins}`, says: `join ${joins}` }]),
    ...(on_error === 'continue' ? [{ short: 'may fail', says: 'the run goes on when it fails' }] : []),
    ...(on_error === 'hold' ? [{ short: 'holds', says: 'held when it fails' }] : []),
    ...(compensate === undefined ? [] : [{ short: 'undo', says: 'undone when the run fails' }]),
  ];
}

/** A node in one sentence, for those who listen. */
const saidOf = ({ label, type, tool, summary, problems, marks, untaken }: CardData): string =>
  [
    `${label}, ${lookOf(type, { tool }).label}`,
    ...(summary ? [summary] : []),
    ...marks.map(({ says }) => says),
    ...(untaken ? ['not taken'] : []),
    ...(problems.length > 0
      ? [`${problems.length === 1 ? 'one problem' : `${problems.length} problems`}: ${problems[0]}`]
      : []),
  ].join('. ');

/** Edges whose both ends are there. `routes`: the ways that the layout found, for nodes that stand where it put them. */
export function edgesOf(
  { view, problems, selection, positions, untaken }: Sources,
  routes: Placed['edges'],
): LineEdge[] {
  const told = messagesBy(problems, 'edge');
  const keys = new Set(view.nodes.map(({ key }) => key));
  const selected = new Set(selection.edges);
  const labelled = view.edges.filter(({ on, condition }) => on !== 'success' || condition !== undefined);
  const crowded = crowdedEnds(labelled.map(({ to }) => to));
  return view.edges.flatMap((edge): LineEdge[] => {
    const { index, from, to, on, condition } = edge;
    if (!keys.has(from) || !keys.has(to)) return [];
    const points = positions[from] || positions[to] ? undefined : routes.get(edgeId(edge));
    const trouble = told.get(index) ?? [];
    return [
      {
        ...{ id: String(index), type: 'line', source: from, target: to, selected: selected.has(index) },
        data: {
          on,
          condition,
          problems: trouble,
          points,
          crowded: crowded.has(to),
          untaken: untaken?.edges.has(index) ?? false,
        },
        ariaLabel: `Edge from ${from} to ${to}${on === 'success' ? '' : ` on ${on}`}${condition === undefined ? '' : `, if ${condition}`}${trouble.length > 0 ? `. Problem: ${trouble[0]}` : ''}`,
        domAttributes: { tabIndex: -1 },
        zIndex: selected.has(index) ? 1 : 0,
      },
    ];
  });
}

/** An edge by where it leads: the layout of a spec whose edges are listed in another order is the same. */
export const edgeId = ({ from, to, on }: DrawnEdge): string => `${from}>${to}:${on}`;

function messagesBy<F extends 'node' | 'edge'>(
  problems: readonly PlacedProblem[],
  field: F,
): Map<PlacedProblem[F], string[]> {
  const found = new Map<PlacedProblem[F], string[]>();
  for (const problem of problems) {
    const of = problem[field];
    if (of !== undefined) found.set(of, [...(found.get(of) ?? []), problem.message]);
  }
  return found;
}

/** The new list with the old objects wherever they say the same: what did not change is not drawn anew. */
export function reused<T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Map(before.map((each) => [each.id, each]));
  return after.map((each) => {
    const old = known.get(each.id);
    return old && same(old, each) ? old : each;
  });
}

/** `reused` from call to call. */
export function reuser<T extends { id: string }>(): (after: readonly T[]) => T[] {
  let before: T[] = [];
  return (after) => (before = reused(before, after));
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key) => same(a[key as never], b[key as never]));
}
