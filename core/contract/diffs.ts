import { z } from 'zod';
import { anyJson, nodeStatus, runStatus, workflowVersion } from './views.js';

/** Comparisons as the API sends them: of two versions (core/spec/diff.ts), and of two runs (core/events/run-diff.ts). */

const change = z
  .object({
    pointer: z.string().describe('RFC 6901, into what it stands with.'),
    from: anyJson.optional().describe('Absent: there was nothing.'),
    to: anyJson.optional().describe('Absent: there is nothing.'),
  })
  .meta({ id: 'Change' });
const changes = z.array(change);
const node = z.object({ key: z.string(), type: z.string() });
const edge = z.object({ from: z.string(), to: z.string(), on: z.enum(['success', 'failure', 'always']) });

export const versionDiff = z
  .object({
    from: workflowVersion,
    to: workflowVersion,
    same: z.boolean().describe('Nothing is different by structure.'),
    workflow: changes.describe('Of the workflow as a whole; pointers into its plan.'),
    nodes: z.object({
      added: z.array(node),
      removed: z.array(node),
      renamed: z
        .array(z.object({ from: z.string(), to: z.string(), changes }))
        .describe('Type and config are the same under another key.'),
      changed: z.array(z.object({ key: z.string(), changes })),
    }),
    edges: z.object({ added: z.array(edge), removed: z.array(edge), changed: z.array(edge.extend({ changes })) }),
  })
  .meta({ id: 'VersionDiff' });

const duration = z.number().nullable().describe('In ms; null while it has not ended.');
const runSide = z.object({
  ...{ id: z.string(), workflow: z.string(), version: z.int(), alias: z.string().optional() },
  ...{ status: runStatus, started_at: z.string().nullable(), finished_at: z.string().nullable() },
  duration_ms: duration,
  redriven: z.int().optional(),
  forked_from: z.object({ run_id: z.string(), node_key: z.string() }).optional(),
});
const nodeSide = z
  .object({
    ...{ type: z.string(), status: nodeStatus, attempt: z.int(), duration_ms: duration },
    origin: z.string().optional().describe('Of a fork’s node that was taken over: the run in which it ran.'),
  })
  .nullable()
  .describe('Null: the run has no such node.');
const differences = {
  changes: z.array(
    change
      .extend({
        omitted: z
          .array(z.enum(['from', 'to']))
          .optional()
          .describe('Sides that weigh too much to be shown.'),
      })
      .meta({ id: 'RunChange' }),
  ),
  more: z.int().describe('Places that differ beyond those that are shown.'),
};

export const runDiff = z
  .object({
    from: runSide,
    to: runSide,
    same: z.boolean().describe('Nothing is different but times.'),
    run: z.object(differences).describe('Of the run as a whole.'),
    nodes: z
      .array(z.object({ key: z.string(), from: nodeSide, to: nodeSide, ...differences }))
      .describe('Every node of both.'),
  })
  .meta({ id: 'RunDiff' });
