import { z } from 'zod';
import { weighs } from '../engine/weigh.js';
import { Fault } from '../fault.js';
import { isObject, type Json, type JsonSchema } from '../json.js';
import { MAX_EVENT_BYTES, MAX_EVENT_ID_CHARS, MAX_EVENT_KEY_CHARS } from '../limits.js';
import type { RunRef } from './work.js';

/** Events that come from outside, by name and key, and the waits that they are for. What a run tells of itself are events of another kind: core/events. */

const EVENT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const eventName = z.string().regex(EVENT_NAME, 'an event is called by small letters, digits, - and _');
export const eventKey = z.string().max(MAX_EVENT_KEY_CHARS);
export const eventId = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'an id has printable characters without blanks')
  .max(MAX_EVENT_ID_CHARS);

/** An event as it travels to a run: the argument of the Update and of the signal `deliver`. */
export interface NamedEvent {
  name: string;
  /** What it is about, such as an order's number; '' when it says nothing. A wait takes those with its own key and no others. */
  key: string;
  data: Json;
  /** Tells it from others of its name: a second one with the same id counts for nothing. '' of a signal that has none. */
  id: string;
  /** RFC 3339; '' of a signal that does not say. */
  sent_at: string;
  /** It is for nodes that wait for it now, and is not kept: whoever sent it keeps it. */
  only_waiting?: true;
}

/** What became of it: it woke these nodes, it lies in the run's mailbox, or it came before. */
export interface EventFate {
  outcome: 'delivered' | 'kept' | 'repeated';
  nodes: string[];
}

/** A wait that has begun, and where in the run; `round` as a gate's. */
export interface EventWait {
  run: RunRef;
  node: string;
  round?: number;
  name: string;
  key: string;
  /** What the event's data must fit. */
  schema?: JsonSchema;
}

/** Reads what an Update or a signal brought, in the workflow and in the fold alike; undefined when it is no event that a run takes. */
export function namedEvent(given: unknown): NamedEvent | undefined {
  const read = readEvent(given);
  return read instanceof Fault ? undefined : read;
}

const NO_EVENT = 'an event is { name, key?, data?, id?, sent_at? }';

/** The same, or what is wrong with it: REQUEST_INVALID, TOO_LARGE. */
export function readEvent(given: unknown): NamedEvent | Fault {
  const { name, key = '', data = null, id = '', sent_at = '', only_waiting } = isObject(given) ? given : {};
  if (typeof name !== 'string' || !EVENT_NAME.test(name)) return new Fault('REQUEST_INVALID', NO_EVENT);
  if (!isShort(key, MAX_EVENT_KEY_CHARS) || !isShort(id, MAX_EVENT_ID_CHARS) || !isTime(sent_at))
    return new Fault('REQUEST_INVALID', NO_EVENT);
  if (weighs(data, MAX_EVENT_BYTES))
    return new Fault(
      'TOO_LARGE',
      `a run takes ${MAX_EVENT_BYTES} bytes of data with an event; of more, the API makes artifacts`,
    );
  return { name, key, data, id, sent_at, ...(only_waiting === true ? { only_waiting } : {}) };
}

const isShort = (value: Json, most: number): value is string => typeof value === 'string' && value.length <= most;
const isTime = (value: Json): value is string =>
  typeof value === 'string' && (value === '' || !Number.isNaN(Date.parse(value)));
