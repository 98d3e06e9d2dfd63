import { z } from 'zod';
import type { StoredSchedule } from '../../adapters/postgres/schedules.js';
import type { TemporalSchedule } from '../../adapters/temporal/schedules.js';
import { type ScheduleView, scheduleSummary, scheduleView } from '../../core/contract/schedules.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';

const tag = 'schedules';
export const scheduleId = z.object({ id: z.string() });
const RECENT = 20;

/** A schedule and its row as they stand, in Temporal as well. Throws NOT_FOUND when the org has none of that id. */
export async function foundSchedule(
  { schedules: { rows, settled } }: ApiDeps,
  orgId: string,
  id: string,
): Promise<{ row: StoredSchedule; known: TemporalSchedule }> {
  const known = (await rows.find(orgId, id)) && (await settled.settle(id));
  const row = await rows.find(orgId, id);
  if (!row || !known) throw new Fault('NOT_FOUND', `there is no schedule ${id}`);
  return { row, known };
}

export async function shown(deps: ApiDeps, orgId: string, id: string): Promise<ScheduleView> {
  const { row, known } = await foundSchedule(deps, orgId, id);
  const { fires } = deps.schedules;
  const { org_id: _org, revision: _revision, want_paused: _want, deleted: _deleted, ...view } = row;
  const { paused, note, next_times } = known;
  const [recent, last_error] = await Promise.all([fires.recent(id, RECENT), fires.lastError(id)]);
  return { ...view, ...{ paused, note, next_times: paused ? [] : next_times }, fires: known.fires, recent, last_error };
}

export const listSchedules = endpoint({
  method: 'get',
  path: '/schedules',
  tag,
  summary: 'Schedules, newest first',
  action: 'read',
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(scheduleSummary) } },
  async handle({ caller, query: { cursor, limit } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text');
    const before = place && { createdAt: place[0], id: place[1] };
    const rows = await deps.schedules.rows.list(caller.orgId, limit + 1, before);
    return { status: 200, body: page(rows, limit, ({ created_at, id }) => [created_at, id]) };
  },
});

export const getSchedule = endpoint({
  method: 'get',
  path: '/schedules/:id',
  tag,
  summary: 'A schedule, when it fires next, and what became of its last fires',
  action: 'read',
  params: scheduleId,
  responses: { 200: { description: 'The schedule', schema: scheduleView } },
  async handle({ caller, params }, deps) {
    return { status: 200, body: await shown(deps, caller.orgId, params.id) };
  },
});
