import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../../adapters/config.js';

type Bundling = Required<NonNullable<WorkerOptions['bundlerOptions']>>;

const here = (file: string): string => fileURLToPath(new URL(`../../workflows/${file}`, import.meta.url));
export const workflowsPath = here('index.ts');

/** How the workflows' code is made into one file. */
export const bundling: Pick<Bundling, 'preloadModules' | 'webpackConfigHook'> = {
  /**
   * The code is loaded once for all runs of a worker, not anew for each: no module of it keeps anything of a run, and what they do
   * keep (parsed expressions) is the same for all.
   */
  preloadModules: [workflowsPath],
  /**
   * The SDK has TypeScript translated for engines of 2017, where each object spread is a call of a slow helper. And the failure
   * converter of the sandbox is another file than the worker's own, so the SDK's option for both will not do.
   */
  webpackConfigHook(config) {
    Object.assign(config.resolve!.alias!, { __temporal_custom_failure_converter$: here('failure-converter.ts') });
    for (const rule of config.module?.rules ?? []) {
      const { options } = (rule as { use?: { options?: { jsc?: { target: string } } } }).use ?? {};
      if (options?.jsc) options.jsc.target = 'es2022';
    }
    return config;
  },
};

/** The workflows as a worker loads them: of a prebuilt file, else bundled now. What stands before them is workflows/failure-converter.ts' business. */
export async function workflowCode({
  temporal,
  worker,
}: Pick<Config, 'temporal' | 'worker'>): Promise<{ code: string }> {
  const code =
    worker.bundle === undefined
      ? (await bundleWorkflowCode({ workflowsPath, ...bundling })).code
      : await readFile(worker.bundle, 'utf8');
  const encrypts = (temporal.payloads?.keys.length ?? 0) > 0;
  return { code: encrypts ? `globalThis.heddleSealsFailures=true;${code}` : code };
}
