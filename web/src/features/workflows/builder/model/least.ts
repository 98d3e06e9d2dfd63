import type { JsonObject } from '../../../../../../core/json.js';
import type { NodeType } from '../../../../../../core/spec/plan.js';

/** What a new node is given: as little as says what it is, so that the compiler tells what has to be filled in. */
export const LEAST: { [T in NodeType]: JsonObject } = {
  tool_call: { tool: 'http', request: {} },
  agent_call: {},
  transform: {},
  wait: {},
  subworkflow: {},
  map: { do: { type: 'transform', config: {} } },
  human_gate: {},
};

/** What a node of the type is called at first; a number follows where the name is taken. */
const NAMES: { [T in NodeType]: string } = {
  ...{ tool_call: 'call', agent_call: 'ask', transform: 'transform', wait: 'wait' },
  ...{ subworkflow: 'child', map: 'each', human_gate: 'approve' },
};

export const nameOf = (type: string): string => (Object.hasOwn(NAMES, type) ? NAMES[type as NodeType] : 'node');

/** The name itself where it is free, else with the next number after it: `call`, `call_2`, `call_3`. */
export function freshKey(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, '').slice(0, 56);
  for (let number = 2; ; number++) if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`;
}
