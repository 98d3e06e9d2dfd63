import { curve } from './load/curve.js';
import { flood } from './load/flood.js';
import type { Section } from './section.js';

/**
 * Load: what a second org feels while one has queued far more than fits, that all of it ends, and how many runs a second more workers
 * bring until the server is the bound.
 */
export const load: Section = async (stage) => {
  const fused = await flood(stage, { fuse: 'auto', runs: stage.quick ? 300 : 10_000 });
  const single = await flood(stage, { fuse: 'never', runs: stage.quick ? 100 : 1_000 });
  return [...fused, ...single, ...(await curve(stage))];
};
