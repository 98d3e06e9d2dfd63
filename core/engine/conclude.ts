import { finish } from './end.js';
import type { HistoryRoom } from './facts.js';
import { release } from './release.js';
import type { Walk } from './walk.js';

/** Whether the walk asks for nothing more in this segment. Long tasks would not outlive it, so as long as there is room they are waited for in passing. */
export function drains(walk: Walk, room: HistoryRoom): boolean {
  if (room === 'none' && walk.start.engine >= 3) return true;
  return room !== 'enough' && !walk.agenda.holdsLongTask();
}

/** The end of a step: the run ends, goes on in a new segment, or stands where it stands. */
export function conclude(walk: Walk, draining: boolean): void {
  if (walk.end) return;
  const { slots, told, isEmpty } = walk.agenda;
  const idle = slots === 0 && (draining || walk.paused !== undefined || isEmpty);
  if (walk.ending && walk.undoing.goOn(draining)) return;
  if (!walk.ending && slots === told && walk.unsettled === 0 && isEmpty) {
    if (finish(walk) === 'asked') release(walk, walk.fusing);
    if (walk.ending) conclude(walk, draining);
    return;
  }
  if (idle && draining) {
    walk.ask({ do: 'continue' });
    return;
  }
  const goesOn = idle && (walk.waiting > 0 || walk.places.waits) ? 'waiting' : 'running';
  const status = walk.paused ? 'paused' : walk.held > 0 ? 'held' : goesOn;
  if (status === walk.status) return;
  walk.status = status;
  walk.note({ run: status });
  walk.ask({ do: 'status', status });
}
