import { condition } from '@temporalio/workflow';

/**
 * Resolves when everything that the current workflow task brought has been delivered: the predicate is asked at once, and
 * again only after all promise callbacks of the activation have run.
 */
export async function quiet(): Promise<void> {
  let asked = 0;
  await condition(() => asked++ > 0);
}
