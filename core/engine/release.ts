import type { Json } from '../json.js';
import { TASK_BYTES } from '../limits.js';
import { isNotice, MORE, nextTask, nodeOfTask } from './facts.js';
import type { Fusing } from './fuse.js';
import { isPaused } from './repair.js';
import type { Walk } from './walk.js';
import { weightOf } from './weigh.js';

/** Asks for what may begin now, in the order in which it became ready: up to the run's places, and to what one request may weigh. */
export function release(walk: Walk, fusing: Fusing): void {
  if (walk.paused) return;
  const { agenda, plan } = walk;
  const hasRoom = () => agenda.slots < plan.run.max_parallel && !walk.end;
  const region = hasRoom() ? fusing.next() : undefined;
  if (region) walk.ask(region);
  let left = TASK_BYTES;
  for (const [task, command] of agenda.queue) {
    if (!hasRoom()) break;
    if (left <= 0) return more(walk);
    const node = nodeOfTask(task);
    if (node !== undefined && !isNotice(task) && isPaused(walk, walk.indexOf.get(node)!)) continue;
    left -= weightOf(command.input as Json, left);
    agenda.begin(task, { slot: true, long: command.do === 'child' || command.attempt_ms > 60_000 });
    walk.ask(walk.undoing.waitedFor(task, command));
    agenda.queue.delete(task);
  }
}

/** The rest goes out with another workflow task, at once. */
export function more(walk: Walk): void {
  if (walk.agenda.tasks.has(MORE)) return;
  if (walk.start.engine < 3) return walk.timer(MORE, 1);
  walk.agenda.begin(MORE);
  walk.ask(nextTask());
}
