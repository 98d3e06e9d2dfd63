import type { Problem } from '../../../../../../core/spec/problems.js';
import type { SpecView } from './read.js';

/** A problem with what it is of: a node by its key, an edge by its place in the list, or the workflow as a whole. */
export interface PlacedProblem extends Problem {
  node?: string;
  edge?: number;
  /** The fields from the node or edge on, such as `/config/request/url`; of the workflow, the whole pointer. */
  field: string;
}

/** `view` is what is drawn of the text that was compiled. */
export function placed(problem: Problem, view: Pick<SpecView, 'nodes' | 'edges'>): PlacedProblem {
  const [, list, place, field = ''] = /^\/(nodes|edges)\/(\d+)(\/.*)?$/.exec(problem.pointer) ?? [];
  const index = Number(place);
  if (list === 'edges') return { ...problem, edge: index, field };
  const node = list === 'nodes' ? view.nodes.find((each) => each.index === index) : undefined;
  return node ? { ...problem, node: node.key, field } : { ...problem, field: problem.pointer };
}

/** What would be right instead, as a sentence; undefined where nobody knows, or where the message has said it. */
export function adviceOf({ message, suggestion }: Pick<Problem, 'message' | 'suggestion'>): string | undefined {
  if (suggestion === undefined || message.endsWith(`there is ${suggestion}`)) return undefined;
  return /^\S+$/.test(suggestion) ? `Did you mean ${suggestion}?` : `Try ${suggestion}.`;
}
