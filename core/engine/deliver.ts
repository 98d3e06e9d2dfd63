import type { EventFate, NamedEvent } from '../contract/named-events.js';
import { Fault } from '../fault.js';
import { MAX_KEPT_EVENTS } from '../limits.js';
import type { Plan } from '../spec/plan.js';
import { type EventConfig, offer } from './kinds/wait-event.js';
import { nearest } from '../spec/problems.js';
import type { Mailbox } from './mailbox.js';
import type { Walk } from './walk.js';

/**
 * Named events on their way into a run. One wakes every node that waits for its name and key at that moment; if none does it is kept, and the
 * first wait that begins takes it. What becomes of one that comes by Update is foretold, since its sender is answered before the step is taken:
 * facts of that kind are the first of a step, so nothing comes between.
 */

/** Nodes that wait for such an event now. */
function waitersOf(walk: Walk, { name, key }: NamedEvent): number[] {
  return walk.nodes.flatMap(({ status, event }, node) =>
    status === 'waiting' && event?.name === name && event.key === key && !event.checking ? [node] : [],
  );
}

/**
 * Why the event can't be taken now, as a Fault: RUN_CLOSED, NOT_FOUND (with the event that may have been meant), RUN_STATE (the mailbox
 * is full) or NODE_STATE (it is for nodes that wait, and none does). `before`: what came with the same workflow task.
 */
export function refuseEvent(walk: Walk, event: NamedEvent, at: number, before: NamedEvent[] = []): Fault | undefined {
  const { id } = walk.start.run;
  if (walk.end) return new Fault('RUN_CLOSED', `run ${id} is over`);
  if (!waitsOf(walk.plan).some((wait) => wait.event === event.name)) return unknownEvent(event.name, walk.plan);
  const { outcome, full } = foretold(walk, event, at, before);
  if (outcome !== 'kept') return undefined;
  if (event.only_waiting) return new Fault('NODE_STATE', `no node of run ${id} waits for event ${event.name} now`);
  return full
    ? new Fault('RUN_STATE', `${MAX_KEPT_EVENTS} events lie in the mailbox of run ${id}: it takes no more`)
    : undefined;
}

/** What becomes of an event that is not refused. */
export function fateOf(walk: Walk, event: NamedEvent, at: number, before: NamedEvent[] = []): EventFate {
  const { outcome, nodes } = foretold(walk, event, at, before);
  return { outcome, nodes: nodes.map((node) => walk.key(node)) };
}

interface Foretold {
  outcome: EventFate['outcome'];
  nodes: number[];
  full: boolean;
}

function foretold(walk: Walk, event: NamedEvent, at: number, before: NamedEvent[]): Foretold {
  const mailbox = before.length === 0 ? walk.mailbox : walk.mailbox.copy();
  const woken = new Set<number>();
  for (const earlier of before) {
    const { outcome, nodes } = next(walk, mailbox, woken, earlier, at);
    if (outcome === 'repeated' || (outcome === 'kept' && earlier.only_waiting)) continue;
    const received = mailbox.receive(earlier, at);
    if (outcome === 'kept') mailbox.keep(received);
    for (const node of nodes) woken.add(node);
  }
  return { ...next(walk, mailbox, woken, event, at), full: mailbox.isFull(at) };
}

function next(
  walk: Walk,
  mailbox: Mailbox,
  woken: ReadonlySet<number>,
  event: NamedEvent,
  at: number,
): Omit<Foretold, 'full'> {
  if (mailbox.knows(event, at)) return { outcome: 'repeated', nodes: [] };
  const nodes = waitersOf(walk, event).filter((node) => !woken.has(node));
  return { outcome: nodes.length > 0 ? 'delivered' : 'kept', nodes };
}

/** Takes an event that has come; one that can't be taken changes nothing. Answers what became of it. */
export function takeEvent(
  walk: Walk,
  event: NamedEvent,
  via: 'update' | 'signal' = 'update',
): EventFate['outcome'] | undefined {
  if (refuseEvent(walk, event, walk.at)) return undefined;
  const { outcome, nodes } = foretold(walk, event, walk.at, []);
  const received = outcome === 'repeated' ? undefined : walk.mailbox.receive(event, walk.at, via);
  const { name, key, id, sent_at } = received ?? event;
  walk.note({ received: { name, key, id, sent_at, outcome, nodes: nodes.map((node) => walk.key(node)) } });
  if (outcome === 'kept') walk.mailbox.keep(received!);
  for (const node of nodes) offer(walk, node, received!);
  return outcome;
}

/** The plan's waits for events. */
export const waitsOf = ({ nodes }: Plan): EventConfig[] =>
  nodes.flatMap(({ type, config }) =>
    type === 'wait' && (config as Partial<EventConfig>).event !== undefined ? [config as unknown as EventConfig] : [],
  );

/** The plan has no wait for such an event: NOT_FOUND, with what may have been meant. */
export function unknownEvent(name: string, plan: Plan): Fault {
  const names = [...new Set(waitsOf(plan).map(({ event }) => event))];
  const meant = nearest(name, names);
  const known = names.length === 0 ? 'it waits for no events' : `it waits for ${names.join(', ')}`;
  const hint = meant === undefined ? `: ${known}` : `; did you mean ${meant}?`;
  return new Fault('NOT_FOUND', `the run has no wait for event ${name}${hint}`, {
    details: { events: names, ...(meant === undefined ? {} : { suggestion: meant }) },
  });
}
