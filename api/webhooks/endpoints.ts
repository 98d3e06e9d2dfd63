import { z } from 'zod';
import type { StoredWebhook } from '../../adapters/postgres/webhooks.js';
import { newSecret, secretProblem } from '../../adapters/webhooks/secrets.js';
import { shownSecrets } from '../../adapters/webhooks/stored-secrets.js';
import { can } from '../../core/auth/can.js';
import { type WebhookDefinition, webhook, webhookDefinition } from '../../core/contract/webhooks.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { durationBetween } from '../../core/nodes/durations.js';
import { parseDuration } from '../../core/spec/duration.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';

const tag = 'webhooks';
const action = 'webhooks:manage';
export const webhookId = z.object({ id: z.string() });
const given = z.string().min(1).max(256).optional().describe('`whsec_…`. Absent: a new one is made.');
const withSecret = webhook.extend({ secret: z.string().describe('Shown this once.') });

export async function webhookOf(deps: ApiDeps, { orgId }: Caller, id: string): Promise<StoredWebhook> {
  const found = await deps.webhooks.find(orgId, id);
  if (!found) throw new Fault('NOT_FOUND', `there is no webhook ${id}`);
  return found;
}

const viewOf = ({ id, definition, secrets, enabled, ...row }: StoredWebhook) => ({
  id,
  ...definition,
  ...{ enabled, disabled_why: row.disabledWhy, failing_since: row.failingSince?.toISOString() ?? null },
  secrets: shownSecrets(secrets),
  ...{ created_by: row.createdBy, created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString() },
});

const audited = (deps: ApiDeps, { orgId, subject }: Caller, what: string, id: string, data?: Json): Promise<void> =>
  deps.audit.record(orgId, subject, `webhook.${what}`, id, data);

/** What can be refused by the address alone is refused now; a name is checked each time that it is called. */
function checked({ egress }: ApiDeps, { roles }: Caller, definition: WebhookDefinition, secret?: string): void {
  if (definition.links && !can(roles, 'people:manage'))
    throw new Fault('FORBIDDEN', 'only an admin has links sent to a webhook: whoever gets them could decide');
  egress.checkUrl(new URL(definition.url));
  checkedSecret(secret);
}
function checkedSecret(secret: string | undefined): void {
  const problem = secret === undefined ? undefined : secretProblem('standard-webhooks', secret);
  if (problem !== undefined) throw new Fault('REQUEST_INVALID', problem);
}

export const createWebhook = endpoint({
  method: 'post',
  path: '/webhooks',
  tag,
  summary: 'A new webhook: an address that is told of events',
  action,
  body: webhookDefinition.extend({ secret: given }),
  responses: { 201: { description: 'The webhook; its secret is shown this once', schema: withSecret } },
  async handle({ caller, body: { secret: theirs, ...definition } }, deps) {
    checked(deps, caller, definition, theirs);
    const secret = theirs ?? newSecret('standard-webhooks');
    const made = await deps.webhooks.create(caller.orgId, definition, { secret, createdBy: caller.subject });
    await audited(deps, caller, 'create', made.id, definition as unknown as Json);
    return { status: 201, headers: { location: `/api/v1/webhooks/${made.id}` }, body: { ...viewOf(made), secret } };
  },
});

export const listWebhooks = endpoint({
  method: 'get',
  path: '/webhooks',
  tag,
  summary: 'The org’s webhooks, newest first',
  action: 'read',
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(webhook) } },
  async handle({ caller, query: { cursor, limit } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text');
    const rows = await deps.webhooks.list(caller.orgId, limit + 1, place && { createdAt: place[0], id: place[1] });
    return { status: 200, body: page(rows.map(viewOf), limit, ({ created_at, id }) => [created_at, id]) };
  },
});

export const getWebhook = endpoint({
  method: 'get',
  path: '/webhooks/:id',
  tag,
  summary: 'A webhook',
  action: 'read',
  params: webhookId,
  responses: { 200: { description: 'The webhook', schema: webhook } },
  async handle({ caller, params }, deps) {
    return { status: 200, body: viewOf(await webhookOf(deps, caller, params.id)) };
  },
});

export const replaceWebhook = endpoint({
  method: 'put',
  path: '/webhooks/:id',
  tag,
  summary: 'Say anew where a webhook leads and what it is told',
  action,
  params: webhookId,
  body: webhookDefinition,
  responses: { 200: { description: 'The webhook as it is now', schema: webhook } },
  async handle({ caller, params, body }, deps) {
    const before = await webhookOf(deps, caller, params.id);
    checked(deps, caller, body);
    const after = await deps.webhooks.replace(before, body);
    await audited(deps, caller, 'replace', after.id, body as unknown as Json);
    return { status: 200, body: viewOf(after) };
  },
});

export const rotateWebhookSecret = endpoint({
  method: 'post',
  path: '/webhooks/:id/rotate_secret',
  tag,
  summary: 'A new secret; for a while deliveries are signed with the one before, too',
  action,
  params: webhookId,
  body: z.strictObject({ secret: given, overlap: durationBetween('0s', '30d').default('1d') }),
  responses: { 200: { description: 'The webhook; the new secret is shown this once', schema: withSecret } },
  async handle({ caller, params, body }, deps) {
    const before = await webhookOf(deps, caller, params.id);
    checkedSecret(body.secret);
    const secret = body.secret ?? newSecret('standard-webhooks');
    const until = new Date(Date.now() + parseDuration(body.overlap)!);
    const after = await deps.webhooks.rotate(before, secret, until);
    await audited(deps, caller, 'rotate_secret', after.id, { overlap: body.overlap });
    return { status: 200, body: { ...viewOf(after), secret } };
  },
});

const switching = (what: 'enable' | 'disable', summary: string) =>
  endpoint({
    method: 'post',
    path: `/webhooks/:id/${what}`,
    tag,
    summary,
    action,
    params: webhookId,
    responses: { 200: { description: 'The webhook as it is now', schema: webhook } },
    async handle({ caller, params }, deps): Promise<Reply> {
      const after = await deps.webhooks.enable(await webhookOf(deps, caller, params.id), what === 'enable');
      await audited(deps, caller, what, after.id);
      return { status: 200, body: viewOf(after) };
    },
  });
export const enableWebhook = switching('enable', 'Tell it of what happens from now on');
export const disableWebhook = switching('disable', 'Tell it of nothing more');

export const deleteWebhook = endpoint({
  method: 'delete',
  path: '/webhooks/:id',
  tag,
  summary: 'Remove a webhook with its deliveries',
  action,
  params: webhookId,
  responses: { 204: { description: 'Removed' } },
  async handle({ caller, params }, deps) {
    const gone = await webhookOf(deps, caller, params.id);
    await deps.webhooks.remove(gone);
    await audited(deps, caller, 'delete', gone.id, { url: gone.definition.url });
    return { status: 204 };
  },
});
