import { setHandler } from '@temporalio/workflow';
import { type EventFate, namedEvent, type NamedEvent, readEvent } from '../core/contract/named-events.js';
import { fateOf, refuseEvent } from '../core/engine/deliver.js';
import type { Walk } from '../core/engine/walk.js';
import { Fault } from '../core/fault.js';
import { refuse, unless } from './failures.js';
import { deliverSignal, deliverUpdate } from './messages.js';
import type { Inbox } from './quiet.js';

/** Takes named events, by Update and by signal. An Update is answered at once with what becomes of it in the step to come (core/engine/deliver.ts). */
export function listenForEvents(walk: Walk, inbox: Inbox): void {
  const before = (): NamedEvent[] =>
    inbox.facts.flatMap((fact) => (fact.is === 'event' && fact.via === 'update' ? [fact.event] : []));
  const admit = (given: unknown): NamedEvent => {
    const event = readEvent(given);
    if (event instanceof Fault) return refuse(event);
    // What an act does to a node that waits, an event does not foresee. Whoever sent it tries again.
    if (inbox.facts.some((fact) => fact.is === 'acted'))
      unless(new Fault('RUN_STATE', 'somebody is acting on the run just now', { details: { busy: true } }));
    unless(refuseEvent(walk, event, Date.now(), before()));
    return event;
  };
  const deliver = (given: NamedEvent): EventFate => {
    const event = admit(given);
    const fate = fateOf(walk, event, Date.now(), before());
    inbox.putEarly({ is: 'event', event, via: 'update' });
    return fate;
  };
  setHandler(deliverUpdate, deliver, {
    validator: (given) => void admit(given),
    description: 'Bring an event: { name, key, data, id, sent_at }.',
  });
  setHandler(
    deliverSignal,
    (given) => {
      const event = namedEvent(given);
      if (event) inbox.putEarly({ is: 'event', event, via: 'signal' });
    },
    { description: 'Bring an event: { name, key?, data?, id?, sent_at? }.' },
  );
}
