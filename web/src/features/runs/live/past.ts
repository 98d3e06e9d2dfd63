import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import { problemOf, unreachable } from '../../../lib/api/problem.js';

/**
 * The run's durable events from its beginning, in order, until `enough` says so or the run is over. Throws Problem.
 * Source: `GET /workflow_runs/:id/events?after=0`.
 */
export async function readPast(
  runId: string,
  take: (event: CloudEvent & { id: string }) => void,
  { enough, signal }: { enough: () => boolean; signal: AbortSignal },
): Promise<void> {
  const stop = new AbortController();
  const response = await fetch(`/api/v1/workflow_runs/${encodeURIComponent(runId)}/events?after=0`, {
    ...{ credentials: 'same-origin', headers: { accept: 'text/event-stream' } },
    signal: AbortSignal.any([signal, stop.signal]),
  }).catch((err: unknown) => {
    throw unreachable(err);
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => undefined), response); // no JSON: told by the status
  const read = messages((text) => {
    const event = JSON.parse(text) as CloudEvent;
    if (event.id !== undefined) take(event as CloudEvent & { id: string });
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    read(part.value);
    if (enough()) break;
  }
  stop.abort();
}

/** Takes a stream of server-sent events in whatever parts it comes; calls back with the data of each message. */
export function messages(take: (data: string) => void): (part: string) => void {
  let rest = '';
  return (part) => {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data:'));
      if (lines.length > 0) take(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n'));
    }
  };
}
