import { z } from 'zod';
import { gateComment } from '../../core/contract/gates.js';
import { Fault } from '../../core/fault.js';
import { MAX_COMMENT_CHARS, MAX_GATE_COMMENTS } from '../../core/limits.js';
import { endpoint } from '../http/endpoint.js';
import { resourceId } from '../http/mount.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';
import { foundGate, keyOf, ofGate } from './found.js';

const tag = 'gates';
const path = '/gates/:run/:node/comments';

export const commentOnGate = endpoint({
  method: 'post',
  path,
  tag,
  summary: 'Say something about a gate, to those who see it',
  action: 'gates:comment',
  idempotent: true,
  makes: 'cmt',
  params: ofGate,
  body: z.strictObject({ text: text().min(1).max(MAX_COMMENT_CHARS) }),
  responses: { 201: { description: 'The comment', schema: gateComment } },
  async handle({ caller, params, body, req }, deps) {
    await foundGate(deps, caller, params);
    const comment = { id: resourceId(req, 'cmt'), author: caller.subject, text: body.text };
    const added = await deps.gateComments.add(keyOf(caller, params), comment, MAX_GATE_COMMENTS);
    if (!added)
      throw new Fault('TOO_LARGE', `gate ${params.node} has ${MAX_GATE_COMMENTS} comments, and takes no more`);
    return { status: 201, body: added };
  },
});

export const listGateComments = endpoint({
  method: 'get',
  path,
  tag,
  summary: 'What was said about a gate, oldest first',
  action: 'read',
  params: ofGate,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(gateComment) } },
  async handle({ caller, params, query: { cursor, limit } }, deps) {
    await foundGate(deps, caller, params);
    const [after] = decodeCursor(cursor, 'text') ?? [];
    const rows = await deps.gateComments.list(keyOf(caller, params), limit + 1, after);
    return { status: 200, body: page(rows, limit, ({ id }) => [id]) };
  },
});
