import { z } from 'zod';
import { ROLES } from '../../core/auth/can.js';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';

/** The org's directory: whom a gate's mail goes to, and as what they decide by its link. */
const tag = 'people';
const action = 'people:manage';
const SUBJECT = /^user:\S{1,200}$/;
const params = z.object({ subject: z.string().regex(SUBJECT, 'a person is named as user:…') });
const person = z
  .object({
    subject: z.string(),
    email: z.string().nullable(),
    groups: z.array(z.string()),
    roles: z.array(z.string()),
    updated_by: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Person' });

export const listPeople = endpoint({
  ...{ method: 'get', path: '/people', tag, summary: 'The org’s directory, by subject', action },
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(person) } },
  async handle({ caller, query: { cursor, limit } }, deps) {
    const after = decodeCursor(cursor, 'text')?.[0];
    const rows = await deps.people.list(caller.orgId, limit + 1, after);
    return { status: 200, body: page(rows, limit, ({ subject }) => [subject]) };
  },
});

export const getPerson = endpoint({
  ...{ method: 'get', path: '/people/:subject', tag, summary: 'Somebody of the directory', action, params },
  responses: { 200: { description: 'The person', schema: person } },
  async handle({ caller, params: { subject } }, deps) {
    const found = await deps.people.find(caller.orgId, subject);
    if (!found) throw new Fault('NOT_FOUND', `the directory has no ${subject}`);
    return { status: 200, body: found };
  },
});

export const putPerson = endpoint({
  ...{ method: 'put', path: '/people/:subject', tag, summary: 'Say who somebody is', action, params },
  body: z.strictObject({
    email: z
      .email()
      .max(254)
      .refine((text) => text.indexOf('@') <= 64, 'what stands before the @ has at most 64 characters') // RFC 5321, 4.5.3.1.1
      .nullable()
      .default(null)
      .describe('Where gates are told; null: nowhere.'),
    groups: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/))
      .max(100)
      .default([]),
    roles: z
      .array(z.enum(ROLES))
      .default(['approver'])
      .describe('Without one that may decide, a link decides nothing.'),
  }),
  responses: { 200: { description: 'The person as they are now', schema: person } },
  async handle({ caller, params: { subject }, body }, deps) {
    const put = await deps.people.put(caller.orgId, subject, { ...body, by: caller.subject });
    await deps.audit.record(caller.orgId, caller.subject, 'person.put', subject, body);
    return { status: 200, body: put };
  },
});

export const removePerson = endpoint({
  ...{ method: 'delete', path: '/people/:subject', tag, summary: 'Remove somebody: their links decide nothing more' },
  ...{ action, params },
  responses: { 204: { description: 'Removed' } },
  async handle({ caller, params: { subject } }, deps) {
    if (!(await deps.people.remove(caller.orgId, subject)))
      throw new Fault('NOT_FOUND', `the directory has no ${subject}`);
    await deps.audit.record(caller.orgId, caller.subject, 'person.remove', subject);
    return { status: 204 };
  },
});
