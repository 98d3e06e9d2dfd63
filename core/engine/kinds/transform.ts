import type { Kind } from './kind.js';

/** Reshapes data. Runs in the workflow; a result too large for that was evaluated by a worker and is a reference. */
export const transform: Kind = {
  template: (config) => (config as { value: never }).value,
  limit: 'inline',
  shown: () => null,
  begin(walk, node, bound) {
    walk.enter(node, 'running');
    walk.complete(node, bound);
  },
};
