import { carry } from './carry.js';
import { isFinal } from './state.js';
import { Walk } from './walk.js';

/** What a request to cancel the run would bring about. */
export interface CancelPreview {
  /** Nodes that have begun and would be told to stop. */
  stops: string[];
  /** What would be undone, from the end of the graph on, each under its key. `certain: false`: only when work that is under way completes. */
  undoes: { node: string; key: string; certain: boolean }[];
}

/** Takes the request on a copy of the walk. Of a run that is ending already nothing changes: then it says what is still to be undone. */
export function previewCancel(walk: Walk): CancelPreview {
  if (walk.ending) return { stops: [], undoes: walk.undoing.course() };
  const copy = new Walk({ ...walk.start, carried: structuredClone(carry(walk)) });
  copy.step([], walk.at);
  const stops = copy.nodes.flatMap(({ status }, node) =>
    isFinal(status) || status === 'pending' ? [] : [copy.key(node)],
  );
  return { stops, undoes: copy.undoing.course() };
}
