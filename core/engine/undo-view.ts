import type { Json } from '../json.js';
import type { RunEvent } from '../events/event.js';
import type { CompensationView } from '../events/view.js';
import type { Change } from './facts.js';
import type { UndoState } from './state.js';
import type { Walk } from './walk.js';

/** What a run that is being undone shows of itself. */

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** How far a node is undone; attempts are laid over it by the fold. */
export const compensationView = ({
  status,
  input,
  output,
  error,
  started_at,
  finished_at,
}: UndoState): CompensationView => ({
  ...{ status, attempt: 0, input, output, error, started_at: time(started_at), finished_at: time(finished_at) },
});

/** Why a node that settled before is not at rest; undefined: it is, or never will be undone. */
export function undoWhy({ status, error }: UndoState): string | undefined {
  if (status === 'held')
    return `can not be undone: held after ${error!.code}: ${error!.message}; somebody must try it again, or skip it when it is undone by hand`;
  if (status === 'running') return 'is being undone';
  return status === 'pending' ? 'is undone when what came after it is' : undefined;
}

/** The durable event that tells of it. */
export function undoEvent(
  walk: Walk,
  change: Extract<Change, { undo: string } | { ending: string }>,
  at: string,
  cursor: string,
  attempt: number,
): RunEvent {
  if ('ending' in change)
    return { cursor, type: 'run.ending', at, status: walk.status, data: { ending: change.ending } };
  const { undo, is, error, data } = change;
  const { status } = walk.nodes[walk.indexOf.get(undo)!]!;
  return {
    ...{ cursor, type: `node.${is}`, at, node_key: undo, status, attempt },
    // As data: the node itself has no error.
    ...(error ? { data: error as unknown as Json } : {}),
    ...(data === undefined ? {} : { data }),
  };
}
