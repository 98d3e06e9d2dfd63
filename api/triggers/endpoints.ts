import { z } from 'zod';
import { newSecret, secretProblem } from '../../adapters/webhooks/secrets.js';
import { shownSecrets } from '../../adapters/webhooks/stored-secrets.js';
import type { StoredTrigger } from '../../adapters/postgres/triggers.js';
import { trigger, triggerDefinition } from '../../core/contract/triggers.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { durationBetween } from '../../core/nodes/durations.js';
import { parseDuration } from '../../core/spec/duration.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { definitionOf } from './definition.js';

const tag = 'triggers';
const action = 'triggers:manage';
export const triggerId = z.object({ id: z.string() });
const given = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe('Where the sender says what the secret is. Absent: a new one is made.');
const withSecret = trigger.extend({ secret: z.string().describe('Shown this once.') });

export async function triggerOf(deps: ApiDeps, { orgId }: Caller, id: string): Promise<StoredTrigger> {
  const found = await deps.triggers.find(orgId, id);
  if (!found) throw new Fault('NOT_FOUND', `there is no trigger ${id}`);
  return found;
}

const viewOf = ({ id, hook, definition, enabled, secrets, ...row }: StoredTrigger) => ({
  id,
  ...definition,
  ...{ path: `/hooks/${hook}`, enabled },
  secrets: shownSecrets(secrets),
  ...{ created_by: row.createdBy, created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString() },
});

const audited = (deps: ApiDeps, { orgId, subject }: Caller, what: string, id: string, data?: Json): Promise<void> =>
  deps.audit.record(orgId, subject, `trigger.${what}`, id, data);

export const createTrigger = endpoint({
  method: 'post',
  path: '/triggers',
  tag,
  summary: 'A new trigger: a URL whose deliveries start runs',
  action,
  body: triggerDefinition.extend({ secret: given }),
  responses: {
    201: { description: 'The trigger; its secret is shown this once', schema: withSecret },
    409: { description: 'The name is taken' },
  },
  async handle({ caller, body }, deps) {
    const definition = await definitionOf(deps, caller.orgId, body);
    const secret = body.secret ?? newSecret(definition.signature.scheme);
    const made = await deps.triggers.create(caller.orgId, definition, { secret, createdBy: caller.subject });
    await audited(deps, caller, 'create', made.id, definition as unknown as Json);
    return {
      status: 201,
      headers: { location: `/api/v1/triggers/${made.id}` },
      body: { ...viewOf(made), secret },
    };
  },
});

export const listTriggers = endpoint({
  method: 'get',
  path: '/triggers',
  tag,
  summary: 'The org’s triggers, newest first',
  action: 'read',
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(trigger) } },
  async handle({ caller, query: { cursor, limit } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text');
    const rows = await deps.triggers.list(caller.orgId, limit + 1, place && { createdAt: place[0], id: place[1] });
    return { status: 200, body: page(rows.map(viewOf), limit, ({ created_at, id }) => [created_at, id]) };
  },
});

export const getTrigger = endpoint({
  method: 'get',
  path: '/triggers/:id',
  tag,
  summary: 'A trigger',
  action: 'read',
  params: triggerId,
  responses: { 200: { description: 'The trigger', schema: trigger } },
  async handle({ caller, params }, deps) {
    return { status: 200, body: viewOf(await triggerOf(deps, caller, params.id)) };
  },
});

export const replaceTrigger = endpoint({
  method: 'put',
  path: '/triggers/:id',
  tag,
  summary: 'Say anew what a trigger does; its URL and its secrets stay',
  action,
  params: triggerId,
  body: triggerDefinition,
  responses: {
    200: { description: 'The trigger as it is now', schema: trigger },
    409: { description: 'The name is taken' },
  },
  async handle({ caller, params, body }, deps) {
    const before = await triggerOf(deps, caller, params.id);
    const { scheme } = before.definition.signature;
    if (body.signature.scheme !== scheme)
      throw new Fault('REQUEST_INVALID', `the secret is one of ${scheme}: for another scheme, make another trigger`);
    const definition = await definitionOf(deps, caller.orgId, body);
    const after = await deps.triggers.replace(before, definition);
    await audited(deps, caller, 'replace', after.id, definition as unknown as Json);
    return { status: 200, body: viewOf(after) };
  },
});

export const rotateTriggerSecret = endpoint({
  method: 'post',
  path: '/triggers/:id/rotate_secret',
  tag,
  summary: 'A new secret; the one before stays good for a while',
  action,
  params: triggerId,
  body: z.strictObject({
    secret: given,
    overlap: durationBetween('0s', '30d').default('1d').describe('For how long the one before stays good.'),
  }),
  responses: { 200: { description: 'The trigger; the new secret is shown this once', schema: withSecret } },
  async handle({ caller, params, body }, deps) {
    const before = await triggerOf(deps, caller, params.id);
    const { scheme } = before.definition.signature;
    const problem = body.secret === undefined ? undefined : secretProblem(scheme, body.secret);
    if (problem !== undefined) throw new Fault('REQUEST_INVALID', problem);
    const secret = body.secret ?? newSecret(scheme);
    const until = new Date(Date.now() + parseDuration(body.overlap)!);
    const after = await deps.triggers.rotate(before, secret, until);
    await audited(deps, caller, 'rotate_secret', after.id, { overlap: body.overlap });
    return { status: 200, body: { ...viewOf(after), secret } };
  },
});

const switching = (what: 'enable' | 'disable', summary: string) =>
  endpoint({
    method: 'post',
    path: `/triggers/:id/${what}`,
    tag,
    summary,
    action,
    params: triggerId,
    responses: { 200: { description: 'The trigger as it is now', schema: trigger } },
    async handle({ caller, params }, deps): Promise<Reply> {
      const after = await deps.triggers.enable(await triggerOf(deps, caller, params.id), what === 'enable');
      await audited(deps, caller, what, after.id);
      return { status: 200, body: viewOf(after) };
    },
  });
export const enableTrigger = switching('enable', 'Take deliveries again');
export const disableTrigger = switching('disable', 'Take no deliveries: its URL answers 404');

export const deleteTrigger = endpoint({
  method: 'delete',
  path: '/triggers/:id',
  tag,
  summary: 'Remove a trigger; runs that it has started stay',
  action,
  params: triggerId,
  responses: { 204: { description: 'Removed' } },
  async handle({ caller, params }, deps) {
    const gone = await triggerOf(deps, caller, params.id);
    await deps.triggers.remove(gone);
    await audited(deps, caller, 'delete', gone.id, { name: gone.definition.name });
    return { status: 204 };
  },
});
