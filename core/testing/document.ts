import { z } from 'zod';
import { eventKey, eventName } from '../contract/named-events.js';
import { runStatus, nodeStatus } from '../contract/views.js';
import { FAULTS } from '../fault.js';
import { MAX_CASES } from '../limits.js';
import { durationBetween } from '../nodes/durations.js';
import { workflowName } from '../nodes/parts.js';

/** The one source of a test document's shape: cases are read by it, and the published JSON Schema is made of it. */

const json = z.json().meta({ id: 'AnyJson', description: 'Any JSON value.' });
const code = z.enum(Object.keys(FAULTS) as [keyof typeof FAULTS]);
const after = durationBetween('0s', '3650d');

const failure = z.strictObject({
  code,
  message: z.string().default('the case says so'),
  details: json.optional().describe('Facts for a program; `retry_after_ms` sets the wait before the next attempt.'),
});

const attemptFields = {
  output: json.optional(),
  error: failure.optional(),
  hangs: z.literal(true).optional().describe('It does not end by itself.'),
  takes: after.optional().describe('How long the attempt takes; no time when absent.'),
};
const told = (given: object): number => ['output', 'error', 'hangs', 'attempts'].filter((key) => key in given).length;
const ONE_OF = 'it must have one of output, error and hangs';

const attempt = z.strictObject(attemptFields).refine((given) => told(given) === 1, ONE_OF);
export type Attempt = z.infer<typeof attempt>;

const mock = z
  .union([
    z.enum(['echo', 'fail']),
    z
      .strictObject({
        ...attemptFields,
        attempts: z.array(attempt).min(1).optional().describe('One after another; the last is repeated.'),
      })
      .refine((given) => told(given) === 1, `${ONE_OF}, or attempts`)
      .refine((given) => !('attempts' in given && 'takes' in given), 'each of the attempts has its own takes'),
  ])
  .meta({
    id: 'Mock',
    description:
      'What stands in for the work of a node. echo: it puts out what it was given, that is to say a function’s input, a request, a message; fail: it fails with FUNCTION_ERROR.',
  });
export type Mock = z.infer<typeof mock>;

const mocks = z
  .record(z.string(), mock)
  .default({})
  .describe(
    'By node: `load`; of a map’s item `look_up[2]`; of a sub-workflow’s node `sub.load`; of what undoes a node `load~undo`. `default`: of all others.',
  );

const decision = z.strictObject({
  gate: z.string().describe('Key of the gate; of a sub-workflow’s `sub.gate`.'),
  decision: z.enum(['approve', 'deny']),
  by: z.string().default('user:ann'),
  roles: z.array(z.string()).default(['approver']),
  groups: z.array(z.string()).default([]),
  on_behalf_of: z.string().optional().describe('In whose place it is: `roles` and `groups` are theirs.'),
  groups_only: z.literal(true).optional().describe('They have delegated seats of groups alone.'),
  form: z.json().optional().describe('What the gate’s form asks for.'),
  comment: z.string().optional(),
  after: after.default('0s').describe('How long after the gate has opened.'),
  refused: code.optional().describe('The gate must refuse the decision with this code.'),
});
export type CaseDecision = z.infer<typeof decision>;

const event = z.strictObject({
  event: eventName,
  key: eventKey.default(''),
  data: json.default(null),
  id: z.string().optional().describe('Events of one name and id are the same. Absent: each its own.'),
  when: z
    .string()
    .optional()
    .describe(
      'Key of a wait or a gate: it is sent to that run when the node waits; of a sub-workflow’s `sub.paid`. Absent: from the start of the run on.',
    ),
  after: after.default('0s').describe('How long after that.'),
  refused: code.optional().describe('The run must refuse the event with this code.'),
});
export type CaseEvent = z.infer<typeof event>;

const expectedOutput = {
  output: json.optional().describe('Equal to this.'),
  output_includes: json.optional().describe('It has at least these fields; lists and all else are equal.'),
  error: z.strictObject({ code: code.optional(), message: z.string().optional() }).optional(),
};

const expectations = z.strictObject({
  status: runStatus.default('completed'),
  ...expectedOutput,
  nodes: z
    .record(
      z.string(),
      z.strictObject({
        status: nodeStatus.optional(),
        ...expectedOutput,
        input: json.optional().describe('What it was bound with.'),
        input_includes: json.optional(),
        attempts: z.int().min(0).optional(),
        undone: z.boolean().optional().describe('Whether its compensation was carried out.'),
      }),
    )
    .default({}),
});
export type Expectations = z.infer<typeof expectations>;

const testCase = z.strictObject({
  name: z.string().min(1),
  input: json.default({}),
  run: z
    .strictObject({
      id: z.string().min(1).default('run_test'),
      starter: z.string().default('user:test'),
      metadata: json.default({}),
      started_at: z.iso.datetime().default('2026-01-01T00:00:00.000Z'),
    })
    .prefault({})
    .describe('What expressions see of the run.'),
  mocks,
  decisions: z.array(decision).default([]),
  events: z.array(event).default([]),
  cancel_after: after.optional().describe('The run is cancelled so long after its start.'),
  artifacts: z
    .record(z.string(), json)
    .default({})
    .describe('The content of artifacts that mocks refer to, by address.'),
  expect: expectations.prefault({}),
});
export type TestCase = z.infer<typeof testCase>;

const percent = z.number().min(0).max(100).optional();

export const testDocument = z
  .strictObject({
    $schema: z.string().optional(),
    workflow: z.string().optional().describe('The spec’s file, from here. For the command line.'),
    workflows: z
      .record(workflowName, z.string())
      .default({})
      .describe('Files of the workflows that run for real as sub-workflows, by name. For the command line.'),
    mocks,
    cases: z.array(testCase).min(1).max(MAX_CASES),
    coverage: z
      .strictObject({ nodes: percent, edges: percent, joins: percent, failures: percent })
      .default({})
      .describe('The least percentage of each that all cases together must reach.'),
  })
  .meta({ id: 'WorkflowTests', title: 'Heddle workflow tests', description: 'Cases that a workflow is tested with.' });
export type TestDocument = z.infer<typeof testDocument>;

/** The published schema. Editors for YAML mostly know draft 7 only. */
export const testJsonSchema = (draft: 'draft-2020-12' | 'draft-7' = 'draft-2020-12'): object =>
  z.toJSONSchema(testDocument, { target: draft, io: 'input' });
