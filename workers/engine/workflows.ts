import { fileURLToPath } from 'node:url';

/**
 * The workflows' code. It is loaded once for all runs of a worker, not anew for each: no module of it keeps anything of a run, and what
 * they do keep (parsed expressions) is the same for all.
 */
export const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
export const preloadModules = [workflowsPath];
