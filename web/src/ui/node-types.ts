import {
  Bot,
  CircleHelp,
  Clock,
  Globe,
  Layers,
  type LucideIcon,
  Shuffle,
  SquareFunction,
  UserCheck,
  Workflow,
} from 'lucide-react';
import type { NodeType } from '../../../core/spec/plan.js';

/** What people see of each type of node: its name, its mark, and what it is for in one sentence. */
export const NODE_LOOKS: { [T in NodeType]: { label: string; describes: string; Icon: LucideIcon } } = {
  tool_call: { label: 'Tool call', describes: 'Calls an HTTP API, or runs a function in a sandbox.', Icon: Globe },
  agent_call: {
    label: 'Agent call',
    describes: 'Sends a message to an A2A agent and waits for what it answers.',
    Icon: Bot,
  },
  human_gate: {
    label: 'Human gate',
    describes: 'Asks people for a decision, and waits until they have made it.',
    Icon: UserCheck,
  },
  map: { label: 'Map', describes: 'Does one call for each item of a list, several at a time.', Icon: Layers },
  wait: {
    label: 'Wait',
    describes: 'Waits for a time to pass, a time to come, or an event from outside.',
    Icon: Clock,
  },
  transform: { label: 'Transform', describes: 'Makes a value out of others, with expressions.', Icon: Shuffle },
  subworkflow: {
    label: 'Subworkflow',
    describes: 'Runs another workflow, and goes on with its output.',
    Icon: Workflow,
  },
};

export const isNodeType = (type: string): type is NodeType => Object.hasOwn(NODE_LOOKS, type);

/** Of any text; what is no type has a question mark. `inner`: of a tool call, whether it is a function. */
export function lookOf(type: string, inner?: { tool?: unknown }): { label: string; Icon: LucideIcon } {
  if (type === 'tool_call' && inner?.tool === 'function') return { label: 'Function', Icon: SquareFunction };
  return isNodeType(type) ? NODE_LOOKS[type] : { label: type || 'No type', Icon: CircleHelp };
}
