import type { Request } from 'express';
import { z } from 'zod';
import { eventId, eventKey, eventName } from '../../core/contract/named-events.js';
import { durationBetween } from '../../core/nodes/durations.js';
import { parseDuration } from '../../core/spec/duration.js';
import { endpoint } from '../http/endpoint.js';
import { resourceId } from '../http/mount.js';
import { sendToRun, sendToWaiting } from './send.js';

/** Named events, from whoever has seen something happen: to one run, or by their key to whichever runs wait. */
const common = { method: 'post', tag: 'events', action: 'events:send', idempotent: true, makes: 'evt' } as const;
const given = {
  key: eventKey.default('').describe('What it is about, such as an order’s number: a wait takes those with its own.'),
  data: z.json().default(null),
  id: eventId
    .optional()
    .describe(
      'Tells it from others of its name: once more, it counts for nothing. Absent: the Idempotency-Key, or a new one.',
    ),
};
const told = { event: z.string(), key: z.string(), id: z.string() };

const idOf = (req: Request, id: string | undefined): string =>
  id ?? req.get('idempotency-key') ?? resourceId(req, 'evt');

export const sendRunEvent = endpoint({
  ...common,
  path: '/workflow_runs/:id/events/:name',
  summary: 'Send an event to a run',
  params: z.object({ id: z.string(), name: z.string() }), // what is no name is one that no wait has
  body: z.strictObject(given),
  responses: {
    200: {
      description: 'What became of it',
      schema: z.object({
        ...{ run_id: z.string(), ...told },
        outcome: z
          .enum(['delivered', 'kept', 'repeated'])
          .describe('It woke nodes; it lies in the mailbox for the first wait that begins; or it had come before.'),
        nodes: z.array(z.string()).describe('Those that it woke.'),
      }),
    },
    404: { description: 'There is no such run, or it has no wait for such an event' },
    409: { description: 'The run is over, or its mailbox is full' },
    422: { description: 'The data does not fit the wait’s schema' },
  },
  async handle({ caller, params: { id: run, name }, body: { id: given, key, data }, req }, deps) {
    const id = idOf(req, given);
    const fate = await sendToRun(deps, caller.orgId, run, { name, key, data, id });
    await deps.audit.record(caller.orgId, caller.subject, 'run.event', `${run}/${name}`, { key, id, ...fate });
    return { status: 200, body: { run_id: run, event: name, key, id, ...fate } };
  },
});

export const sendEvent = endpoint({
  ...common,
  path: '/events/:name',
  summary: 'Send an event to whichever runs wait for it',
  params: z.object({ name: eventName }),
  body: z.strictObject({
    ...given,
    ttl: durationBetween('1m', '30d')
      .default('7d')
      .describe('How long it is kept for runs that wait for it later, and known again by its id.'),
  }),
  responses: {
    202: {
      description: 'It is written down, and brought to each run at least once; a run takes it once',
      schema: z.object({
        ...told,
        repeated: z.boolean().describe('One of that name and id was sent before: this is what became of it.'),
        expires_at: z.iso.datetime().describe('Until then a run that begins to wait may take it.'),
        counts: z.object({ delivered: z.int(), due: z.int(), unfit: z.int() }),
        runs: z
          .array(
            z.object({
              run_id: z.string(),
              status: z
                .enum(['delivered', 'handed', 'due', 'unfit'])
                .describe(
                  'It woke a node; it went to a wait as that began; it is on its way; the wait’s schema refuses it.',
                ),
            }),
          )
          .describe('The first hundred.'),
      }),
    },
    422: { description: 'The data fits none of the waits' },
  },
  async handle({ caller, params: { name }, body: { id: given, key, data, ttl }, req }, deps) {
    const id = idOf(req, given);
    const fate = await sendToWaiting(deps, caller, { name, key, data, id }, parseDuration(ttl)!);
    await deps.audit.record(caller.orgId, caller.subject, 'event.send', name, { key, id, ...fate.counts });
    return { status: 202, body: { event: name, key, id, ...fate } };
  },
});
