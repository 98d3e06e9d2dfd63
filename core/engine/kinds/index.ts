import type { NodeType, PlanNode } from '../../spec/plan.js';
import { humanGate } from './human-gate.js';
import type { Kind } from './kind.js';
import { map } from './map.js';
import { subworkflow } from './subworkflow.js';
import { transform } from './transform.js';
import { wait } from './wait.js';
import { agentCall, toolCall } from './work.js';

/** A node type added to the spec does not compile until it is here. */
const KINDS: Record<NodeType, Kind> = {
  tool_call: toolCall,
  agent_call: agentCall,
  transform,
  wait,
  subworkflow,
  map,
  human_gate: humanGate,
};

export const kindOf = (node: PlanNode): Kind => KINDS[node.type];
