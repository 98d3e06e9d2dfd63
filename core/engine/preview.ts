import type { Act, Work } from '../contract/work.js';
import { carry } from './carry.js';
import { type Command, isUndo, nodeOfTask } from './facts.js';
import { grantsOf } from './places.js';
import { refuseAct } from './repair.js';
import { effectKey } from './kinds/work.js';
import { isFinal, type NodeState, type RunStart } from './state.js';
import { undoKey } from './undo.js';
import { Walk } from './walk.js';

/** What an act would bring about, told before it is taken. */
export interface Preview {
  /** Nodes that begin at once, those that had begun before first. */
  begins: { node: string; again: boolean }[];
  /** Outside effects that go out at once, each under its key. `repeated`: an earlier attempt used the same key, so whoever honours keys does nothing twice. */
  effects: { node: string; key: string; repeated: boolean }[];
  /** Nodes that had begun or settled and do not count any more: what has changed for them is done again, the rest stands. */
  taken_back: string[];
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
  const copy = new Walk({ ...start, plan: walk.plan, carried: structuredClone(carry(walk)) });
  copy.step([], walk.at); // asks again for what is out
  const before = new Map(copy.nodes.map(({ status }, index) => [copy.key(index), status]));
  const { commands, changes } = copy.step([{ is: 'acted', act }], walk.at);
  const back = changes.flatMap((change) => ('node' in change && change.status === 'pending' ? [change.node] : []));
  // What it would do is told as if no limit were in its way.
  for (let grants = grantsOf(commands); grants.length > 0; ) {
    const next = copy.step(grants, walk.at).commands;
    commands.push(...next);
    grants = grantsOf(next);
  }
  const begun = [...new Set(commands.flatMap(nodesOf))];
  const changed = copy.nodes.flatMap(({ status }, index) =>
    status !== before.get(copy.key(index)) && isFinal(status) ? [{ node: copy.key(index), status }] : [],
  );
  return {
    begins: begun.map((node) => ({ node, again: stateOf(walk, node)?.queued_at != null })),
    effects: commands.flatMap((command) => effectsOf(walk, command)),
    taken_back: back.filter((node) => node !== act.node),
    settles: changed,
    may_run: copy.end ? [] : copy.nodes.flatMap(({ status }, index) => (status === 'pending' ? [copy.key(index)] : [])),
    ends: copy.end?.status ?? null,
    cost: null,
  };
}

/** Undefined: the act brings the node about. */
function stateOf(walk: Walk, node: string): NodeState | undefined {
  const index = walk.indexOf.get(node);
  return index === undefined ? undefined : walk.nodes[index];
}

/** What the start of a redrive or a fork would bring about at once. `before`: the run as it was. */
export function previewOfStart(before: Walk, start: RunStart): Preview {
  const copy = new Walk(structuredClone(start));
  const settled = copy.nodes.map(({ status }) => isFinal(status));
  const { commands } = copy.step([], before.at);
  const begun = [...new Set(commands.flatMap(nodesOf))];
  return {
    begins: begun.map((node) => ({ node, again: before.nodes[before.indexOf.get(node)!]!.queued_at !== null })),
    effects: commands.flatMap((command) => effectsOf(before, command)),
    taken_back: [],
    settles: copy.nodes.flatMap(({ status }, index) =>
      isFinal(status) && !settled[index] ? [{ node: copy.key(index), status }] : [],
    ),
    may_run: copy.nodes.flatMap(({ status }, index) => (status === 'pending' ? [copy.key(index)] : [])),
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
  if (isUndo(command.task)) {
    const undone = nodeOfTask(command.task)!;
    return [{ node: undone, key: effect, repeated: effect === undoKey(walk, walk.indexOf.get(undone)!) }];
  }
  const { queued_at = null, generation = 0 } = stateOf(walk, node) ?? {};
  return [
    { node, key: effect, repeated: queued_at !== null && effect === effectKey(walk.start.run.id, node, generation) },
  ];
}
