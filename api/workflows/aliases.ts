import { z } from 'zod';
import type { Alias, Change } from '../../adapters/postgres/aliases.js';
import { aliasChange, workflowAlias } from '../../core/contract/views.js';
import { Fault } from '../../core/fault.js';
import { MAX_INT, MAX_ROUTES } from '../../core/limits.js';
import { ALIAS } from '../../core/spec/reference.js';
import { expectTag } from '../http/condition.js';
import { type Call, endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { found } from './endpoints.js';

const tag = 'aliases';
const workflow = z.object({ name: z.string().describe('The workflow’s name.') });
const place = workflow.extend({
  alias: z.string().regex(ALIAS, 'an alias has lower case letters, digits, - and _ and begins with a letter'),
});
const version = z.int().min(1).max(MAX_INT);
const routes = z
  .array(z.strictObject({ version, weight: z.int().min(1).max(100) }))
  .min(1)
  .max(MAX_ROUTES)
  .refine((all) => all.reduce((sum, { weight }) => sum + weight, 0) === 100, 'the weights must sum to 100')
  .refine((all) => new Set(all.map((route) => route.version)).size === all.length, 'a version may stand there once');

const tagOf = (alias: Alias | undefined): string | undefined => alias && `"${alias.revision}"`;
const headersOf = (alias: Alias) => ({ etag: tagOf(alias)! });
const shown = ({ workflow: _workflow, ...alias }: Alias) => alias;

const changeOf = ({ caller, params, req }: Call<z.infer<typeof place>, unknown, unknown>): Change => ({
  ...{ orgId: caller.orgId, workflow: params.name, alias: params.alias, actor: caller.subject },
  expect: (now) => expectTag(req, tagOf(now)),
});
const missing = ({ name, alias }: z.infer<typeof place>): Fault =>
  new Fault('NOT_FOUND', `workflow ${name} has no alias ${alias}`);

export const listAliases = endpoint({
  method: 'get',
  path: '/workflows/:name/aliases',
  tag,
  summary: 'The aliases of a workflow',
  action: 'read',
  params: workflow,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page, by name', schema: pageOf(workflowAlias) } },
  async handle({ caller, params, query: { cursor, limit } }, deps) {
    const { name } = await found(deps, caller.orgId, params.name);
    const rows = await deps.aliases.list(caller.orgId, name, limit + 1, decodeCursor(cursor, 'text')?.[0]);
    return { status: 200, body: page(rows.map(shown), limit, ({ alias }) => [alias]) };
  },
});

export const getAlias = endpoint({
  method: 'get',
  path: '/workflows/:name/aliases/:alias',
  tag,
  summary: 'Where an alias leads',
  action: 'read',
  params: place,
  responses: { 200: { description: 'The alias', schema: workflowAlias }, 304: { description: 'Not modified' } },
  async handle({ caller, params }, deps) {
    const alias = await deps.aliases.get({ orgId: caller.orgId, workflow: params.name, alias: params.alias });
    if (!alias) throw missing(params);
    return { status: 200, headers: headersOf(alias), body: shown(alias) };
  },
});

export const setAlias = endpoint({
  method: 'put',
  path: '/workflows/:name/aliases/:alias',
  tag,
  summary: 'Lead an alias to a version, or to several by weight',
  action: 'aliases:write',
  conditional: true,
  params: place,
  body: z.union([z.strictObject({ version }), z.strictObject({ routes })]),
  responses: {
    201: { description: 'A new alias', schema: workflowAlias },
    200: { description: 'It leads there now', schema: workflowAlias },
  },
  async handle(call, deps) {
    const { body } = call;
    const wanted = 'routes' in body ? body.routes : [{ version: body.version, weight: 100 }];
    const { alias, created } = await deps.aliases.set({ ...changeOf(call), routes: wanted });
    return { status: created ? 201 : 200, headers: headersOf(alias), body: shown(alias) };
  },
});

export const removeAlias = endpoint({
  method: 'delete',
  path: '/workflows/:name/aliases/:alias',
  tag,
  summary: 'Remove an alias; runs that came by it go on',
  action: 'aliases:write',
  conditional: true,
  params: place,
  responses: { 204: { description: 'Removed' } },
  async handle(call, deps) {
    if (!(await deps.aliases.remove(changeOf(call)))) throw missing(call.params);
    return { status: 204 };
  },
});

export const aliasHistory = endpoint({
  method: 'get',
  path: '/workflows/:name/aliases/:alias/history',
  tag,
  summary: 'Who led an alias where, newest first; also of one that was removed',
  action: 'read',
  params: place,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(aliasChange) } },
  async handle({ caller, params, query: { cursor, limit } }, deps) {
    const where = { orgId: caller.orgId, workflow: params.name, alias: params.alias };
    const rows = await deps.aliases.history(where, limit + 1, decodeCursor(cursor, 'serial')?.[0]);
    if (rows.length === 0 && cursor === undefined) throw missing(params);
    return { status: 200, body: page(rows, limit, ({ revision }) => [revision]) };
  },
});
