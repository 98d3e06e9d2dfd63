import { z } from 'zod';
import type { StoredLimit } from '../../adapters/postgres/limits.js';
import { allowanceOf, limit, limitDefinition, limitUse, type Place } from '../../core/contract/limits.js';
import { RUN } from '../../core/engine/places.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { LimiterView } from '../../core/limiter/view.js';
import { limitName } from '../../core/nodes/parts.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';

const tag = 'limits';
const action = 'limits:manage';
const byName = z.object({ name: limitName });
const missing = (name: string): Fault => new Fault('NOT_FOUND', `there is no limit ${name}`);

const shown = ({ name, definition, revision, updatedBy, createdAt, updatedAt }: StoredLimit) => ({
  name,
  ...definition,
  ...{ revision, updated_by: updatedBy, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() },
});

const placesOf = (places: (Place & { at: number })[]) =>
  places.map(({ run, task, at }) => ({ run, node: task === RUN ? null : task, since: new Date(at).toISOString() }));
const usedBy = ({ key, view }: { key: string | null; view: LimiterView }) => ({
  key,
  ...{ held: placesOf(view.held), waiting: placesOf(view.waiting) },
  ...{ held_count: view.held_count, waiting_count: view.waiting_count },
});

export const listLimits = endpoint({
  method: 'get',
  path: '/limits',
  tag,
  summary: 'The org’s limits',
  action: 'read',
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page, by name', schema: pageOf(limit) } },
  async handle({ caller, query: { cursor, limit: most } }, deps) {
    const rows = await deps.limits.list(caller.orgId, most + 1, decodeCursor(cursor, 'text')?.[0]);
    return { status: 200, body: page(rows.map(shown), most, ({ name }) => [name]) };
  },
});

export const getLimit = endpoint({
  method: 'get',
  path: '/limits/:name',
  tag,
  summary: 'A limit, who holds its places and who waits',
  action: 'read',
  params: byName,
  responses: {
    200: {
      description: 'The limit with its keys in use, as they are now',
      schema: limit.extend({ uses: z.array(limitUse).describe('Of many keys and places some are shown.') }),
    },
  },
  async handle({ caller, params }, deps) {
    const found = await deps.limits.find(caller.orgId, params.name);
    if (!found) throw missing(params.name);
    const uses = await deps.engine.limiters.views(caller.orgId, params.name);
    return { status: 200, body: { ...shown(found), uses: uses.map(usedBy) } };
  },
});

export const setLimit = endpoint({
  method: 'put',
  path: '/limits/:name',
  tag,
  summary: 'Say what a limit allows; runs that wait hear of it at once',
  action,
  params: byName,
  body: limitDefinition,
  responses: {
    201: { description: 'A new limit', schema: limit },
    200: { description: 'The limit as it is now', schema: limit },
  },
  async handle({ caller: { orgId, subject }, params: { name }, body }, deps) {
    const { limit: set, created } = await deps.limits.set(orgId, name, body, subject);
    await deps.audit.record(orgId, subject, 'limit.set', name, body as Json);
    await deps.engine.limiters.redefine(orgId, name, { allowance: allowanceOf(body), revision: set.revision });
    return { status: created ? 201 : 200, body: shown(set) };
  },
});

export const deleteLimit = endpoint({
  method: 'delete',
  path: '/limits/:name',
  tag,
  summary: 'Remove a limit: what needs a place of it waits until there is one again',
  action,
  params: byName,
  responses: { 204: { description: 'Removed' } },
  async handle({ caller: { orgId, subject }, params: { name } }, deps) {
    const revision = await deps.limits.remove(orgId, name, subject);
    if (revision === undefined) throw missing(name);
    await deps.audit.record(orgId, subject, 'limit.delete', name);
    await deps.engine.limiters.redefine(orgId, name, { allowance: null, revision });
    return { status: 204 };
  },
});
