import { notice } from '../../core/events/cloud-event.js';
import type { Bell } from './bell.js';
import { encode } from './encode.js';
import type { FollowedRun } from './followed-run.js';

/** One message to a watcher, in whichever form its connection gives it. */
export interface Message {
  /** `snapshot`, or the event's type. */
  type: string;
  /** Of a snapshot and a durable event: where to go on from. */
  cursor?: string;
  /** JSON: of a snapshot the run's view, else the CloudEvent. May be shared between watchers. */
  body: Buffer;
}

/** So many events are taken from the run at a time. */
const BATCH = 64;

/**
 * What one watcher is sent, in order (P2): a snapshot unless it came with a cursor, then every durable event after that, each once; beside
 * them what is ephemeral, from now on. Ends when nothing more can follow. The next message is made when the one before has been taken.
 */
export async function* messages(
  run: FollowedRun,
  { after, bell, stopped }: { after: string | undefined; bell: Bell; stopped: () => boolean },
): AsyncGenerator<Message, 'ended' | 'vanished' | undefined> {
  let cursor = after;
  let heard = run.live.end;
  let behind = false;
  while (!stopped()) {
    if (run.phase === 'gone') return 'vanished';
    const closed = run.phase === 'closed';
    let quiet = true;
    if (run.behind !== behind) {
      behind = run.behind;
      quiet = false;
      yield encode(notice(run.id, behind ? 'stream.behind' : 'stream.caught_up', new Date().toISOString()));
    }
    if (cursor === undefined) {
      if (run.phase !== 'opening') {
        heard = run.live.end; // the snapshot knows better than what was live before it
        const snapshot = await run.encoded.snapshot();
        cursor = snapshot.cursor!;
        yield snapshot;
        continue;
      }
    } else {
      for (const event of run.eventsAfter(cursor, BATCH)) {
        quiet = false;
        cursor = event.cursor;
        yield run.encoded.event(event);
      }
      const { items, dropped } = run.live.since(heard);
      heard = run.live.end;
      if (dropped > 0) yield encode(notice(run.id, 'stream.dropped', new Date().toISOString(), { count: dropped }));
      for (const item of items) {
        quiet = false;
        yield item;
      }
      if (closed && quiet) return 'ended';
    }
    if (quiet) await bell.heard();
  }
  return undefined;
}
