import type { Act, Work } from '../contract/work.js';
import { carry } from './carry.js';
import { type Command, nodeOfTask } from './facts.js';
import { refuseAct } from './repair.js';
import { isFinal } from './state.js';
import { Walk } from './walk.js';

/** What an act would bring about, told before it is taken. */
export interface Preview {
  /** Nodes that begin at once, those that had begun before first. */
  begins: { node: string; again: boolean }[];
  /** Outside effects that go out at once, each under its key. `repeated`: an earlier attempt used the same key, so whoever honours keys does nothing twice. */
  effects: { node: string; key: string; repeated: boolean }[];
  /** Nodes that settle at once, and how. */
  settles: { node: string; status: string }[];
  /** Nodes that may still run after that, depending on what comes of those that begin. */
  may_run: string[];
  /** How the run ends with it, when it does. */
  ends: string | null;
  /** In the org's currency; null: nothing has a price yet. */
  cost: null;
}

/** Takes the act on a copy of the walk: what the copy asks for, beyond what is out already, is what would happen. Throws as the act would be refused. */
export function previewOf(walk: Walk, act: Act): Preview {
  const fault = refuseAct(walk, act);
  if (fault) throw fault;
  const { signers: _, ...start } = walk.start; // a question needs no signature
  const copy = new Walk({ ...start, carried: structuredClone(carry(walk)) });
  copy.step([], walk.at); // asks again for what is out
  const before = copy.nodes.map(({ status }) => status);
  const { commands } = copy.step([{ is: 'acted', act }], walk.at);
  const begun = [...new Set(commands.flatMap(nodesOf))];
  const changed = copy.nodes.flatMap(({ status }, index) =>
    status !== before[index] && isFinal(status) ? [{ node: copy.key(index), status }] : [],
  );
  return {
    begins: begun.map((node) => ({ node, again: walk.nodes[walk.indexOf.get(node)!]!.queued_at !== null })),
    effects: commands.flatMap((command) => effectsOf(walk, command)),
    settles: changed,
    may_run: copy.end ? [] : copy.nodes.flatMap(({ status }, index) => (status === 'pending' ? [copy.key(index)] : [])),
    ends: copy.end?.status ?? null,
    cost: null,
  };
}

function nodesOf(command: Command): string[] {
  if (command.do === 'fuse')
    return command.input.plan.nodes.flatMap(({ key }, at) =>
      isFinal(command.input.carried!.nodes[at]!.status) ? [] : [key],
    );
  const node = command.do === 'activity' || command.do === 'child' ? nodeOfTask(command.task) : undefined;
  return node === undefined ? [] : [node];
}

function effectsOf(walk: Walk, command: Command): Preview['effects'] {
  if (command.do !== 'activity' || !(command.activity === 'tool_call' || command.activity === 'agent_call')) return [];
  const { node, effect } = command.input as Work;
  const { queued_at, generation = 0 } = walk.nodes[walk.indexOf.get(node)!]!;
  return [{ node, key: effect, repeated: queued_at !== null && effect.endsWith(`/${generation}`) }];
}
