import { z } from 'zod';
import { checkedInput } from '../../adapters/postgres/runs.js';
import type { GivenSchedule } from '../../adapters/postgres/schedules.js';
import { timeZoneProblem } from '../../adapters/time-zones.js';
import { scheduleSpec } from '../../core/contract/schedules.js';
import { Fault } from '../../core/fault.js';
import { MAX_INT } from '../../core/limits.js';
import type { ApiDeps } from '../deps.js';
import { text } from '../http/text.js';
import { metadata } from '../runs/start.js';

const spec = scheduleSpec.superRefine(({ time_zone }, ctx) => {
  const message = timeZoneProblem(time_zone);
  if (message !== undefined) ctx.addIssue({ code: 'custom', path: ['time_zone'], message });
});

/** A schedule as its author sends it. */
export const scheduleBody = z.strictObject({
  name: text().min(1).max(200),
  workflow: text().min(1).max(200).describe('The workflow’s name.'),
  version: z.int().min(1).max(MAX_INT).optional().describe('Without it, the newest when it fires.'),
  input: z.json().default({}).describe('Of each run; it is taken as it is, no expression in it is evaluated.'),
  metadata,
  spec,
  paused: z
    .boolean()
    .optional()
    .describe('Whether it is paused; without it a schedule stays as it is, and a new one is not.'),
});

/** The body, when its workflow is there and takes its input. Throws REQUEST_INVALID, INPUT_INVALID. */
export async function checked(
  { workflows }: Pick<ApiDeps, 'workflows'>,
  orgId: string,
  { version, paused, ...body }: z.infer<typeof scheduleBody>,
): Promise<GivenSchedule> {
  // By name only: the id of a version would not move on to newer ones.
  const found = body.workflow.startsWith('wf_') ? undefined : await workflows.find(orgId, body.workflow, { version });
  if (!found) {
    const message = `there is no workflow ${body.workflow}${version === undefined ? '' : ` v${version}`}`;
    const errors = [{ code: 'REQUEST_INVALID', pointer: version === undefined ? '/workflow' : '/version', message }];
    throw new Fault('REQUEST_INVALID', message, { details: { errors } });
  }
  checkedInput(found, body.input);
  return { ...body, version: version ?? null, ...(paused === undefined ? {} : { paused }) };
}
