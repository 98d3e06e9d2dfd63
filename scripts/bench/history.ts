import type { Client } from '@temporalio/client';

/** How long the run's history is; that of its last execution when it continued as new. */
export async function historyOf(client: Client, run: string): Promise<{ events: number; bytes: number }> {
  const { historyLength, historySize } = await client.workflow.getHandle(run).describe();
  return { events: historyLength, bytes: historySize ?? 0 };
}
