import { nodeOfTask } from '../../../../../../core/engine/facts.js';
import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';

/** One event of Temporal's history, as `GET /workflow_runs/:id/history` has it, with what can be said of it without reading its JSON. */
export interface HistoryEvent {
  /** Which of the run's executions, from 0. */
  execution: number;
  id: number;
  /** `ActivityTaskScheduled` */
  type: string;
  at: string;
  /** The node whose work it is; null: the run's own. */
  node: string | null;
  /** The activity, timer, child workflow or message that it is about: `tool_call web`. */
  about: string;
  json: JsonObject;
}
export interface Execution {
  run_id: string;
  events: Json[];
}

/** All events of all executions, in order. */
export function eventsOf(executions: readonly Execution[]): HistoryEvent[] {
  return executions.flatMap(({ events }, execution) => {
    /** What an event that only refers to an earlier one is about. */
    const told = new Map<number, { node: string | null; about: string }>();
    return events.filter(isObject).map((json): HistoryEvent => {
      const id = Number(json['eventId']);
      const type = typeName(text(json['eventType']) ?? '');
      const attributes = attributesOf(json);
      const own = aboutOf(type, attributes) ?? summaryOf(json);
      const about = own ?? told.get(refersTo(attributes)) ?? { node: null, about: '' };
      told.set(id, about);
      return { execution, id, type, at: text(json['eventTime']) ?? '', ...about, json };
    });
  });
}

/** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` is `ActivityTaskScheduled`, as Temporal's own interface writes it. */
export const typeName = (type: string): string =>
  type
    .replace(/^EVENT_TYPE_/, '')
    .toLowerCase()
    .replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function attributesOf(event: JsonObject): JsonObject {
  const name = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
  const found = name === undefined ? undefined : event[name];
  return isObject(found) ? found : {};
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
const nameIn = (value: Json | undefined): string => (isObject(value) ? (text(value['name']) ?? '') : '');

function aboutOf(type: string, attributes: JsonObject): { node: string | null; about: string } | undefined {
  const activity = text(attributes['activityId']);
  if (activity !== undefined)
    return { node: nodeOf(activity), about: `${nameIn(attributes['activityType'])} ${activity}` };
  const child = text(attributes['workflowId']);
  if (child !== undefined && type.includes('ChildWorkflow'))
    return {
      node: nodeOf(child.slice(child.lastIndexOf('.') + 1)),
      about: `${nameIn(attributes['workflowType'])} ${child}`,
    };
  const signal = text(attributes['signalName']);
  if (signal !== undefined) return { node: null, about: `signal ${signal}` };
  const request = attributes['acceptedRequest'];
  const input = isObject(request) ? request['input'] : undefined;
  if (isObject(input)) return { node: null, about: `update ${nameIn(input)}` };
  const marker = text(attributes['markerName']);
  return marker === undefined ? undefined : { node: null, about: `marker ${marker}` };
}

/** Timers carry the name of their task as a summary. */
function summaryOf({ eventType, userMetadata }: JsonObject): { node: string | null; about: string } | undefined {
  if (eventType !== 'EVENT_TYPE_TIMER_STARTED' || !isObject(userMetadata)) return undefined;
  const task = readable(userMetadata['summary'] ?? null);
  return typeof task === 'string' ? { node: nodeOf(task), about: `timer ${task}` } : undefined;
}

const nodeOf = (task: string): string | null => nodeOfTask(task) ?? null;

const REFERS = ['scheduledEventId', 'initiatedEventId', 'startedEventId', 'acceptedEventId'];
/** The event that this one goes on from; -1: it stands by itself. */
function refersTo(attributes: JsonObject): number {
  const name = REFERS.find((each) => attributes[each] !== undefined);
  return name === undefined ? -1 : Number(attributes[name]);
}

/** Events of the node, or with the text in their number, type, or what they are about. */
export function filteredEvents(
  events: readonly HistoryEvent[],
  { text: wanted = '', node }: { text?: string; node?: string | undefined },
): HistoryEvent[] {
  const lower = wanted.toLowerCase();
  return events.filter(
    (event) =>
      (node === undefined || event.node === node) &&
      (lower === '' || `${event.id} ${event.type} ${event.about}`.toLowerCase().includes(lower)),
  );
}

/** The event with its payloads as the values that they are, where they are JSON. */
export function readable(value: Json): Json {
  if (Array.isArray(value)) return value.map(readable);
  if (!isObject(value)) return value;
  const payload = payloadOf(value);
  return payload === undefined
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(each)]))
    : payload;
}

/** Undefined: it is no payload, or none that is JSON. */
function payloadOf({ metadata, data }: JsonObject): Json | undefined {
  if (!isObject(metadata) || typeof data !== 'string') return undefined;
  const encoding = text(metadata['encoding']);
  if (encoding === undefined || fromBase64(encoding) !== 'json/plain') return undefined;
  try {
    return JSON.parse(fromBase64(data)) as Json;
  } catch {
    return undefined; // encrypted, or not what it says
  }
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return ''; // not base64
  }
}
