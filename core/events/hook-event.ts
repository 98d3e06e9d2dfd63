import { WEBHOOK_EVENTS, type WebhookEvent } from '../contract/webhooks.js';
import type { Json } from '../json.js';
import type { RunEvent } from './event.js';

/** A run as webhooks name it. */
export interface HookedRun {
  id: string;
  workflow: string;
  version: number;
}

export interface HookEvent {
  /** The same for the same event, whoever saw it first: run, type, the gate's node, and how often it was asked, or the run ended so, before. */
  key: string;
  type: WebhookEvent;
  run_id: string;
  at: string;
  /** As Standard Webhooks has it: type, timestamp, data. */
  body: string;
}

export function hookEvent(
  run: HookedRun,
  { type, at, ...data }: { type: WebhookEvent; at: string; node_key?: string } & Record<string, Json>,
  round = 0,
): HookEvent {
  const about = { run_id: run.id, workflow: run.workflow, version: run.version };
  return {
    key: [
      run.id,
      type,
      ...(data['node_key'] === undefined ? [] : [data['node_key']]),
      ...(round === 0 ? [] : [round]),
    ].join('/'),
    ...{ type, run_id: run.id, at },
    body: JSON.stringify({ type, timestamp: at, data: { ...about, ...data } }),
  };
}

/** What webhooks tell of a run's durable events. */
export function hookEvents(run: HookedRun, events: readonly RunEvent[]): HookEvent[] {
  const rounds = new Map<string, number>();
  /** A gate is decided in the round in which it was opened last. */
  const roundOf = (type: WebhookEvent, node: string): number => {
    const opened = rounds.get(`gate.opened ${node}`) ?? 0;
    return type === 'gate.decided' ? Math.max(0, opened - 1) : opened;
  };
  const next = (what: string): number => {
    const round = rounds.get(what) ?? 0;
    rounds.set(what, round + 1);
    return round;
  };
  return events.flatMap(({ cursor: _cursor, ...event }) => {
    const { type, at } = event;
    if (!isHooked(type)) return [];
    if ('node_key' in event) {
      const round = roundOf(type, event.node_key);
      if (type === 'gate.opened') next(`gate.opened ${event.node_key}`);
      return [hookEvent(run, { type, at, node_key: event.node_key, ...gateData(type, event.data) }, round)];
    }
    const { output, error } = event;
    return [
      hookEvent(
        run,
        {
          ...{ type, at },
          ...(output === undefined ? {} : { output }),
          ...(error === undefined ? {} : { error: error as unknown as Json }),
        },
        next(type), // a run that was redriven may fail once more
      ),
    ];
  });
}

const isHooked = (type: string): type is WebhookEvent => (WEBHOOK_EVENTS as readonly string[]).includes(type);

/** Of a gate: what it asks, or what was decided. */
const gateData = (type: WebhookEvent, data: Json = null): Record<string, Json> =>
  type === 'gate.opened' ? { gate: data } : { decision: data };
