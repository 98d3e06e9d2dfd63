import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';

type Bundling = Required<NonNullable<WorkerOptions['bundlerOptions']>>;

export const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** How the workflows' code is made into one file. */
export const bundling: Pick<Bundling, 'preloadModules' | 'webpackConfigHook'> = {
  /**
   * The code is loaded once for all runs of a worker, not anew for each: no module of it keeps anything of a run, and what they do
   * keep (parsed expressions) is the same for all.
   */
  preloadModules: [workflowsPath],
  /** The SDK has TypeScript translated for engines of 2017, where each object spread is a call of a slow helper. */
  webpackConfigHook(config) {
    for (const rule of config.module?.rules ?? []) {
      const { options } = (rule as { use?: { options?: { jsc?: { target: string } } } }).use ?? {};
      if (options?.jsc) options.jsc.target = 'es2022';
    }
    return config;
  },
};
