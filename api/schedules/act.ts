import { z } from 'zod';
import { fireRunId } from '../../adapters/ids.js';
import type { StoredSchedule } from '../../adapters/postgres/schedules.js';
import { type OverlapPolicy, overlapPolicy, scheduleView } from '../../core/contract/schedules.js';
import { Fault } from '../../core/fault.js';
import { MAX_BACKFILL_FIRES } from '../../core/limits.js';
import { secondsForTrigger } from '../../core/schedule/times.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { resourceId } from '../http/mount.js';
import { text } from '../http/text.js';
import { foundSchedule, scheduleId, shown } from './read.js';

const tag = 'schedules';
const action = 'schedules:write';
const reason = z.strictObject({ reason: text().min(1).max(1000).default('asked for by the API') });

/** Pauses or resumes; doing it again changes the reason alone. */
async function setPaused(
  deps: ApiDeps,
  { orgId, subject }: Caller,
  id: string,
  { paused, note }: { paused: boolean; note: string },
): Promise<Reply> {
  const { settled, temporal } = deps.schedules;
  await foundSchedule(deps, orgId, id);
  await settled.ask(id, () => (paused ? temporal.pause(id, note) : temporal.resume(id, note)));
  await deps.audit.record(orgId, subject, paused ? 'schedule.pause' : 'schedule.resume', id, { reason: note });
  return { status: 200, body: await shown(deps, orgId, id) };
}

export const pauseSchedule = endpoint({
  method: 'post',
  path: '/schedules/:id/pause',
  tag,
  summary: 'Pause a schedule; runs that it has started go on',
  action,
  params: scheduleId,
  body: reason,
  responses: { 200: { description: 'Paused', schema: scheduleView } },
  handle: ({ caller, params, body }, deps) => setPaused(deps, caller, params.id, { paused: true, note: body.reason }),
});

export const resumeSchedule = endpoint({
  method: 'post',
  path: '/schedules/:id/resume',
  tag,
  summary: 'Resume a paused schedule',
  action,
  params: scheduleId,
  body: reason,
  responses: { 200: { description: 'It fires again at its times', schema: scheduleView } },
  handle: ({ caller, params, body }, deps) => setPaused(deps, caller, params.id, { paused: false, note: body.reason }),
});

export const triggerSchedule = endpoint({
  method: 'post',
  path: '/schedules/:id/trigger',
  tag,
  summary: 'Start a run of a schedule now, also of a paused one',
  action,
  idempotent: true,
  params: scheduleId,
  body: z.strictObject({ overlap: overlapPolicy.optional().describe('Instead of the schedule’s own.') }),
  responses: {
    202: {
      description: 'Asked for; the run is there a moment later, unless the overlap policy skips it',
      schema: z.object({ schedule_id: z.string(), run_id: z.string(), due_at: z.string() }),
    },
  },
  async handle({ caller: { orgId, subject }, params: { id }, body: { overlap }, req }, deps) {
    const { settled } = deps.schedules;
    const { row } = await foundSchedule(deps, orgId, id);
    const due = await settled.ask(id, () => triggered(deps, row, resourceId(req), overlap));
    const run_id = fireRunId(id, due);
    await deps.audit.record(orgId, subject, 'schedule.trigger', id, { run_id });
    return { status: 202, body: { schedule_id: id, run_id, due_at: due.toISOString() } };
  },
});

/** Triggers once for a request; answers when its fire is due. */
async function triggered(
  { schedules: { fires, rows, settled, temporal } }: ApiDeps,
  { id, spec }: StoredSchedule,
  requestId: string,
  overlap: OverlapPolicy | undefined,
): Promise<Date> {
  const { due, state } = await fires.reserve(id, requestId, secondsForTrigger(spec, new Date()));
  if (state === 'asked') return due;
  if (state === 'unsure') {
    // Temporal may have heard of it. It must not be asked for the same workflow again; another for the same fire starts nothing twice.
    await rows.renew(id);
    await settled.settle(id);
  }
  await temporal.trigger(id, due, overlap);
  await fires.asked(id, due);
  return due;
}

const windowTime = z.iso.datetime({ offset: true });

export const backfillSchedule = endpoint({
  method: 'post',
  path: '/schedules/:id/backfill',
  tag,
  summary: 'Start the runs of a window of the past; what has started its run in its time starts no other',
  action,
  idempotent: true,
  params: scheduleId,
  body: z
    .strictObject({
      from: windowTime.describe('The first time that counts.'),
      to: windowTime.describe('The last time that counts; it is not in the future.'),
      overlap: overlapPolicy.default('buffer_all').describe('For these alone; as it is, one after another.'),
    })
    .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { path: ['to'], error: 'it is not before `from`' }),
  responses: {
    202: {
      description: 'Asked for',
      schema: z.object({ schedule_id: z.string(), fires: z.int().describe('Times of the schedule in the window.') }),
    },
  },
  async handle({ caller: { orgId, subject }, params: { id }, body: { from, to, overlap } }, deps) {
    const { rows, temporal, settled } = deps.schedules;
    await foundSchedule(deps, orgId, id);
    const window = { from: new Date(from), to: new Date(to) };
    if (window.to.getTime() > Date.now()) throw wrongWindow('the window lies in the past');
    const fires = await temporal.count(id, window);
    if (fires > MAX_BACKFILL_FIRES)
      throw wrongWindow(`more than ${MAX_BACKFILL_FIRES} of the schedule's times lie in the window`);
    if (fires > 0)
      await settled.ask(id, async () => {
        await rows.renew(id);
        await settled.settle(id);
        await temporal.backfill(id, { ...window, overlap });
      });
    await deps.audit.record(orgId, subject, 'schedule.backfill', id, { from, to, overlap, fires });
    return { status: 202, body: { schedule_id: id, fires } };
  },
});

const wrongWindow = (message: string): Fault =>
  new Fault('REQUEST_INVALID', message, {
    details: { errors: [{ code: 'REQUEST_INVALID', pointer: '/to', message }] },
  });
