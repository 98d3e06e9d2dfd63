import type { NodeType } from '../spec/plan.js';
import { agentCall } from './agent-call.js';
import type { NodeDefinition } from './definition.js';
import { humanGate } from './human-gate.js';
import { map } from './map.js';
import { subworkflow } from './subworkflow.js';
import { toolCall } from './tool-call.js';
import { transform } from './transform.js';
import { wait } from './wait.js';

/** A node type does not compile until it is here. */
export const NODE_TYPES = {
  tool_call: toolCall,
  agent_call: agentCall,
  transform,
  wait,
  subworkflow,
  map,
  human_gate: humanGate,
} satisfies { [T in NodeType]: unknown };

export const definitionOf = (type: NodeType): NodeDefinition => NODE_TYPES[type] as unknown as NodeDefinition;
