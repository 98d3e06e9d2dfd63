import { z } from 'zod';
import type { Json } from '../json.js';
import type { Compensation } from '../spec/plan.js';
import { nodeReads } from '../expr/index.js';
import { agentCall } from './agent-call.js';
import { calls } from './calls.js';
import type { NodeDefinition, TemplatePart } from './definition.js';
import { nodeTimeout, retry, retryPolicy, timeout } from './policies.js';
import { toolCall } from './tool-call.js';

const common = {
  retry: retry.optional().describe('Ten attempts unless it says otherwise.'),
  timeout: timeout.optional(),
  when: z
    .enum(['completed', 'started'])
    .default('completed')
    .describe('started: also a node that began and did not complete, so it must do no harm when nothing had happened.'),
};

/** What undoes a node when the run fails, is cancelled or times out. */
export const compensation = z.discriminatedUnion('type', [...calls(common)]);
type CompensationSpec = z.infer<typeof compensation>;

const BODIES = { tool_call: toolCall, agent_call: agentCall } as unknown as Record<
  CompensationSpec['type'],
  NodeDefinition
>;

/** So many that an outage of some minutes is outlived: what is not undone waits for a person. */
const ATTEMPTS = 10;

/** The parts that may hold expressions; pointers go from the compensation's config. */
export const compensationTemplates = ({ type, config }: CompensationSpec): TemplatePart[] =>
  BODIES[type].templates(config);

/** As the plan carries it, defaults filled in. */
export function planCompensation(given: CompensationSpec): Compensation {
  const { type, config, when } = given;
  const definition = BODIES[type];
  const reads = new Set(definition.templates(config).flatMap(({ template }) => nodeReads(template as Json)));
  return {
    type,
    config: definition.plan(config),
    reads: [...reads],
    retry: retryPolicy(given.retry, ATTEMPTS),
    timeout: nodeTimeout(given.timeout, definition.attempt_ms),
    when,
  };
}
