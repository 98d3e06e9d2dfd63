import { DefaultFailureConverter } from '@temporalio/common';

/**
 * How failures leave workflows. Whether payloads are encrypted is known outside of the sandbox: the worker says so in a variable that
 * it puts before the workflows' code (workers/engine/workflows.ts). Then what a failure says travels as a payload, too.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: 'heddleSealsFailures' in globalThis,
});
