import { z } from 'zod';
import type { StreamEventType } from '../events/cloud-event.js';
import { ACTS } from './work.js';
import { amendmentChanges, anyJson, nodeError, nodeStatus, runStatus, runView } from './views.js';

/** What the streams of a run send, as schemas: what is tested against them is also what AsyncAPI says. */

const time = z.iso.datetime().meta({ id: 'Time' });
const run = { run_id: z.string() };
const node = {
  ...run,
  node_key: z.string().describe('Of a map’s item: `key[index]`.'),
  status: nodeStatus,
  attempt: z.int().min(0).describe('Attempts begun, as far as history tells.'),
};
const ephemeral = { ephemeral: z.literal(true).describe('Not part of history: has no cursor and may be lost.') };
const value = anyJson.optional();
const error = nodeError.optional();

const cursor = z
  .string()
  .regex(/^\d{4,}\.\d{6,}\.\d{6,}$/)
  .meta({ id: 'Cursor', description: 'Come back with it and get what follows.' });

const envelope = {
  specversion: z.literal('1.0'),
  source: z.string().describe('`/api/v1/workflow_runs/<id>`'),
  time,
  datacontenttype: z.literal('application/json'),
};
const subject = z.string().describe('The node’s key.');

type Shape = z.core.$ZodLooseShape;
const message = (type: StreamEventType, summary: string, more: Shape) =>
  z.strictObject({ ...envelope, type: z.literal(type), ...more }).describe(summary);
const ofRun = (type: StreamEventType, summary: string, data: Shape = {}) =>
  message(type, summary, { id: cursor, data: z.strictObject({ ...run, status: runStatus, ...data }) });
const ofNode = (type: StreamEventType, summary: string, data: Shape = {}) =>
  message(type, summary, { id: cursor, subject, data: z.strictObject({ ...node, ...data }) });
const live = (type: StreamEventType, summary: string, data: Shape = {}) =>
  message(type, summary, { subject, data: z.strictObject({ ...node, ...ephemeral, ...data }) });
const ofStream = (type: StreamEventType, summary: string, data: Shape = {}) =>
  message(type, summary, { data: z.strictObject({ ...run, ...ephemeral, ...data }) });

const decision = z.strictObject({
  node: z.string(),
  decision: z.enum(['approve', 'deny']),
  actor: z.string(),
  roles: z.array(z.string()),
  groups: z.array(z.string()).optional(),
  on_behalf_of: z.string().optional(),
  groups_only: z.literal(true).optional(),
  evidence: z.string().optional(),
  round: z.int().optional().describe('Which asking of the gate it was about; absent: the first.'),
  form: value,
  comment: z.string().optional(),
  at: time,
});
const act = z.strictObject({
  act: z.enum(ACTS),
  actor: z.string(),
  reason: z.string(),
  at: time,
  node: z.string().optional(),
  input: value,
  output: value,
  fresh: z.boolean().optional(),
  attempts: z.int().min(0).optional(),
  amendment: z.string().optional(),
  version: z.int().optional(),
  changes: amendmentChanges.optional(),
});
const takenUp = { actor: z.string(), reason: z.string(), at: time };
const begins = z.array(z.string()).describe('Nodes that are pending now, whatever they were before.');
const log = z.strictObject({ seq: z.int().min(0), stream: z.enum(['stdout', 'stderr', 'system']), text: z.string() });

/** `node.running` is told twice: at once, ephemeral, and with its cursor when history has it. */
const running = z
  .union([
    ofNode('node.running', 'An attempt began; history tells it when the attempt has ended.'),
    live('node.running', 'An attempt has just begun.'),
  ])
  .describe('An attempt began: ephemeral when it does, durable when history has recorded it.');

export const EVENTS = {
  'run.running': ofRun('run.running', 'The run began, or goes on after it waited.'),
  'run.waiting': ofRun('run.waiting', 'All that is left waits for a person or a time.'),
  'run.held': ofRun('run.held', 'A node is held: a person must act.'),
  'run.paused': ofRun('run.paused', 'Nothing more begins until it is resumed.'),
  'run.acted': ofRun('run.acted', 'A person acted on the run.', { data: act }),
  'event.received': ofRun(
    'event.received',
    'A named event came: it woke nodes, lies in the mailbox, or had come before.',
    {
      data: z.strictObject({
        ...{ name: z.string(), key: z.string(), id: z.string(), sent_at: z.string() },
        outcome: z.enum(['delivered', 'kept', 'repeated', 'unfit']),
        nodes: z.array(z.string()).describe('Those that it woke, or that it does not fit.'),
      }),
    },
  ),
  'run.ending': ofRun('run.ending', 'The run is going to end: what it has done is undone first.', {
    data: z.strictObject({ ending: z.enum(['failed', 'cancelled', 'timed_out']) }),
  }),
  'run.redriven': ofRun('run.redriven', 'The run was over and goes on: what failed runs again.', {
    data: z.strictObject({ ...takenUp, n: z.int().min(1).describe('Which redrive it is.'), begins }),
  }),
  'run.forked': ofRun('run.forked', 'The run begins out of the past of another one.', {
    data: z.strictObject({ ...takenUp, from: z.strictObject({ run_id: z.string(), node_key: z.string() }), begins }),
  }),
  'run.completed': ofRun('run.completed', 'The run completed. The stream ends.', { output: value }),
  'run.failed': ofRun('run.failed', 'The run failed. The stream ends.', { error }),
  'run.cancelled': ofRun('run.cancelled', 'The run was cancelled. The stream ends.', { error }),
  'run.terminated': ofRun('run.terminated', 'The run was ended from outside. The stream ends.', { error }),
  'run.timed_out': ofRun('run.timed_out', 'The run took too long. The stream ends.', { error }),
  'node.pending': ofNode(
    'node.pending',
    'What became of the node does not count any more: what it followed from is done again.',
  ),
  'node.queued': ofNode('node.queued', 'The node may run.', { input: value }),
  'node.running': running,
  'node.waiting': ofNode('node.waiting', 'The node waits for a person or a time.'),
  'node.held': ofNode('node.held', 'The node failed and is held until a person acts.', { error, output: value }),
  'node.acted': ofNode('node.acted', 'A person acted on the node.', { data: act }),
  'node.completed': ofNode('node.completed', 'The node has its output.', { output: value }),
  'node.failed': ofNode('node.failed', 'The node failed for good.', { error, output: value }),
  'node.skipped': ofNode('node.skipped', 'The node will not run.'),
  'node.cancelled': ofNode('node.cancelled', 'The node was told to stop.', { error }),
  'node.compensating': ofNode('node.compensating', 'The node is being undone.'),
  'node.compensated': ofNode('node.compensated', 'The node is undone, or a person said so.', {
    data: z.strictObject({ output: value, by_hand: z.boolean() }),
  }),
  'node.compensation_held': ofNode('node.compensation_held', 'The node could not be undone: a person must act.', {
    data: z.strictObject({ code: z.string(), message: z.string(), details: value }),
  }),
  'gate.opened': ofNode('gate.opened', 'A person is asked.', {
    data: z.strictObject({
      title: z.string(),
      show: anyJson,
      role: z.string(),
      addressees: z.array(z.string()).optional(),
      due_at: time.optional(),
      form: value,
    }),
  }),
  'gate.voted': ofNode('gate.voted', 'One of several has approved.', {
    data: decision.extend({ waits_for: z.string() }),
  }),
  'gate.reminded': ofNode('gate.reminded', 'The gate still waits; it may have been escalated.', {
    data: z.strictObject({ due_at: time, waits_for: z.string(), escalated: z.boolean() }),
  }),
  'gate.decided': ofNode('gate.decided', 'A person has decided.', { data: decision }),
  'gate.lapsed': ofNode(
    'gate.lapsed',
    'The decision does not count any more: something upstream has another result. People are asked again.',
    {
      data: decision,
    },
  ),
  'node.retrying': live('node.retrying', 'An attempt failed; another follows.', {
    data: z.strictObject({ code: z.string(), message: z.string() }),
  }),
  'node.log': live('node.log', 'A line of the node’s log.', { data: log }),
  'node.progress': live('node.progress', 'What the node says of its progress.', { data: anyJson }),
  'stream.behind': ofStream('stream.behind', 'History can’t be read now: what follows comes late.'),
  'stream.caught_up': ofStream('stream.caught_up', 'History is read again, and the stream is up to it.'),
  'stream.dropped': ofStream(
    'stream.dropped',
    'You read too slowly for ephemeral events; durable ones are never dropped.',
    {
      data: z.strictObject({ count: z.int().min(1) }),
    },
  ),
} satisfies { [T in StreamEventType]: z.ZodType };

/** The first message to a client that comes without a cursor, as a WebSocket frame. */
export const snapshotFrame = z
  .strictObject({
    type: z.literal('snapshot'),
    id: z.string().describe('The cursor of what the run view contains; empty when no event has happened yet.'),
    data: runView,
  })
  .describe('The run as it is now. Events after its cursor follow.');
