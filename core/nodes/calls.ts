import { z } from 'zod';
import { agentCallConfig } from './agent-call.js';
import { isIdempotent, mustBeIdempotent } from './parts.js';
import { toolCallConfig } from './tool-call.js';

/** Calls that are a part of another node: they are tried again as a whole, so whoever is called must honour the effect's key. */
export const calls = <Common extends z.ZodRawShape>(common: Common) =>
  [
    z.strictObject({
      type: z.literal('tool_call'),
      config: toolCallConfig.refine(isIdempotent, mustBeIdempotent),
      ...common,
    }),
    z.strictObject({
      type: z.literal('agent_call'),
      config: agentCallConfig.refine(isIdempotent, mustBeIdempotent),
      ...common,
    }),
  ] as const;
