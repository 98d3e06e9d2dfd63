import { scheduleView } from '../../core/contract/schedules.js';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { resourceId } from '../http/mount.js';
import { checked, scheduleBody } from './body.js';
import { foundSchedule, scheduleId, shown } from './read.js';

const tag = 'schedules';
const action = 'schedules:write';

export const createSchedule = endpoint({
  method: 'post',
  path: '/schedules',
  tag,
  summary: 'A new schedule: it starts runs of a workflow at its times',
  action,
  idempotent: true,
  makes: 'sch',
  body: scheduleBody,
  responses: {
    201: { description: 'It is in force', schema: scheduleView },
    400: { description: 'There is no such workflow, or a time or a time zone can not be read' },
    422: { description: 'The input does not fit the workflow’s schema' },
  },
  async handle({ caller: { orgId, subject }, body, req }, deps) {
    const id = resourceId(req, 'sch');
    const { rows, settled } = deps.schedules;
    const given = await checked(deps, orgId, body);
    await rows.create(id, orgId, subject, given);
    await settled.settle(id).catch((err: unknown) => settled.refused(err, () => rows.remove(id)));
    const { name, workflow } = given;
    await deps.audit.record(orgId, subject, 'schedule.create', id, { name, workflow });
    const headers = { location: `/api/v1/schedules/${id}` };
    return { status: 201, headers, body: await shown(deps, orgId, id) };
  },
});

export const replaceSchedule = endpoint({
  method: 'put',
  path: '/schedules/:id',
  tag,
  summary: 'Replace a schedule; whether it is paused stays, unless it is said',
  action,
  params: scheduleId,
  body: scheduleBody,
  responses: {
    200: { description: 'It is in force', schema: scheduleView },
    422: { description: 'The input does not fit the workflow’s schema' },
  },
  async handle({ caller: { orgId, subject }, params: { id }, body }, deps) {
    const { rows, settled } = deps.schedules;
    const { row } = await foundSchedule(deps, orgId, id);
    await rows.replace(orgId, id, await checked(deps, orgId, body));
    const { paused: _paused, ...before } = row; // what was paused meanwhile stays so
    await settled.settle(id).catch((err: unknown) => settled.refused(err, () => rows.replace(orgId, id, before)));
    await deps.audit.record(orgId, subject, 'schedule.replace', id, { name: body.name, workflow: body.workflow });
    return { status: 200, body: await shown(deps, orgId, id) };
  },
});

export const deleteSchedule = endpoint({
  method: 'delete',
  path: '/schedules/:id',
  tag,
  summary: 'Delete a schedule; runs that it has started go on',
  action,
  params: scheduleId,
  responses: { 204: { description: 'Deleted' } },
  async handle({ caller: { orgId, subject }, params: { id } }, deps) {
    const { rows, settled } = deps.schedules;
    if (!(await rows.markDeleted(orgId, id))) throw new Fault('NOT_FOUND', `there is no schedule ${id}`);
    await settled.settle(id);
    await deps.audit.record(orgId, subject, 'schedule.delete', id);
    return { status: 204 };
  },
});
