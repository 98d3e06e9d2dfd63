import type { NamedEvent } from '../contract/named-events.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import type { CaseRun } from './case-run.js';
import type { CaseEvent } from './document.js';
import type { Step } from './steps.js';
import type { World } from './world.js';

const ms = (text: string): number => parseDuration(text) ?? 0;

/** Events that a case sends: so long after the start of its run, or after a node has begun to wait, to the run of that node. */
export const events: Step = {
  begins(world, run) {
    for (const [n, event] of world.given.events.entries())
      if (event.when === undefined) world.clock.after(ms(event.after), () => send(world, run, n, event));
  },
  hears(world, run, change) {
    if (!('node' in change) || change.status !== 'waiting') return;
    const path = run.prefix + change.node;
    for (const [n, event] of world.given.events.entries())
      if (event.when === path) world.clock.after(ms(event.after), () => send(world, run, n, event));
  },
  left: (world) =>
    world.given.events.flatMap(({ event, when }) =>
      when === undefined || world.runs.some((run) => hasWaited(run, when))
        ? []
        : [`node ${when} never waited, so event ${event} never came`],
    ),
};

function hasWaited({ prefix, walk }: CaseRun, path: string): boolean {
  const index = path.startsWith(prefix) ? walk.indexOf.get(path.slice(prefix.length)) : undefined;
  if (index === undefined) return false;
  const { event, due_at, gate } = walk.nodes[index]!;
  return event !== undefined || due_at !== undefined || gate !== undefined;
}

/** As the run itself would take it: what refuses the event there refuses it here. */
function send(world: World, run: CaseRun, n: number, given: CaseEvent): void {
  const event: NamedEvent = {
    ...{ name: given.event, key: given.key, data: given.data as Json, id: given.id ?? `event-${n}` },
    sent_at: new Date(world.clock.now).toISOString(),
  };
  const fault = run.walk.end ? new Fault('RUN_CLOSED', 'the run is over') : run.refuseEvent(event);
  if (fault && fault.code !== given.refused)
    world.complaints.push(`event ${given.event} was refused: ${fault.code}: ${fault.message}`);
  if (!fault && given.refused)
    world.complaints.push(`event ${given.event} was taken; it was to be refused with ${given.refused}`);
  if (!fault) run.put({ is: 'event', event, via: 'update' });
}
