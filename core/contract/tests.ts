import { z } from 'zod';
import { anyJson, nodeError, nodeStatus, runStatus } from './views.js';

/** What testing and dry runs answer, as schemas shared by api, web and cli. */

const join = z.union([z.enum(['all', 'any', 'none_failed']), z.object({ n: z.int() })]);
const on = z.enum(['success', 'failure', 'always']);
const way = z.enum(['taken', 'not_taken', 'failed']);
const share = { total: z.int(), covered: z.int(), percent: z.number() };

const caseReport = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    status: runStatus,
    output: anyJson,
    error: nodeError.nullable(),
    took_ms: z.number().describe('In the run’s own time.'),
    differences: z.array(
      z.object({
        pointer: z.string().describe('Into the run: `/status`, `/nodes/load/output/total`.'),
        expected: anyJson.optional().describe('Absent: nothing was expected here.'),
        found: anyJson.optional().describe('Absent: nothing is there.'),
      }),
    ),
    problems: z.array(z.object({ message: z.string(), node: z.string().optional() })),
  })
  .meta({ id: 'CaseReport' });

const coverage = z
  .object({
    nodes: z.object({ ...share, missing: z.array(z.string()) }),
    edges: z.object({
      ...share,
      all: z.array(
        z.object({
          ...{ from: z.string(), to: z.string(), on, condition: z.string().optional() },
          ...{ taken: z.int(), not_taken: z.int(), failed: z.int() },
          missing: z.array(way).describe('Outcomes that count and that no case had.'),
        }),
      ),
    }),
    joins: z.object({
      ...share,
      all: z.array(z.object({ node: z.string(), join, fired: z.int(), skipped: z.int() })),
    }),
    failures: z.object({ ...share, missing: z.array(z.string()) }),
    compensations: z
      .object({ ...share, missing: z.array(z.string()) })
      .optional()
      .describe('Nodes that can be undone; absent: there are none.'),
    short: z.array(
      z.object({ of: z.enum(['nodes', 'edges', 'joins', 'failures']), percent: z.number(), least: z.number() }),
    ),
  })
  .meta({ id: 'Coverage' });

export const testReport = z
  .object({ workflow: z.string(), passed: z.boolean(), cases: z.array(caseReport), coverage })
  .meta({ id: 'TestReport' });

const unknown = z.array(
  z.object({
    pointer: z.string().describe('Of a string that stands as it is written.'),
    reads: z.array(z.string()).describe('What it waits for.'),
  }),
);
const none = z.null().describe('Not known until prices are.');

export const dryRunView = z
  .object({
    ...{ workflow_id: z.string(), workflow: z.string(), version: z.int(), input: anyJson },
    nodes: z.array(
      z.object({
        ...{ key: z.string(), type: z.string(), wave: z.int(), runs: z.enum(['yes', 'no', 'maybe']) },
        acts: z.boolean().describe('Whether it acts on something outside of Heddle, or asks a person.'),
        compensates: z.literal(true).optional().describe('It is undone when the run does not end well.'),
        input: anyJson,
        ...{ unknown, output: anyJson.optional(), items: z.int().optional(), error: nodeError.optional(), cost: none },
      }),
    ),
    edges: z.array(
      z.object({ from: z.string(), to: z.string(), on, condition: z.string().optional(), ways: z.array(way) }),
    ),
    waves: z.array(z.array(z.string())),
    ...{ output: anyJson, output_unknown: unknown, cost: none },
  })
  .meta({ id: 'DryRun' });

/** A case as a test document holds it, made of a run. */
export const recordedCase = z
  .object({
    ...{ run_id: z.string(), workflow: z.string(), version: z.int() },
    case: z.object({
      name: z.string(),
      input: anyJson,
      run: anyJson,
      mocks: z.record(z.string(), anyJson).optional(),
      decisions: z.array(anyJson).optional(),
      cancel_after: z.string().optional(),
      expect: z.looseObject({ status: runStatus, nodes: z.record(z.string(), z.looseObject({ status: nodeStatus })) }),
    }),
  })
  .meta({ id: 'RecordedCase' });
