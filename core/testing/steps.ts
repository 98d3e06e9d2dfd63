import type { Decision } from '../contract/work.js';
import type { Change } from '../engine/facts.js';
import { gateConfig } from '../engine/kinds/human-gate.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import type { CaseRun } from './case-run.js';
import type { CaseDecision } from './document.js';
import { events } from './events.js';
import type { World } from './world.js';

/** One way in which a case acts on its runs from outside: what becomes a fact, and when. */
export interface Step {
  /** The case begins. */
  begins?(world: World, run: CaseRun): void;
  /** A run of the case has changed. */
  hears?(world: World, run: CaseRun, change: Change): void;
  /** The case is over: what of it never came to pass. */
  left?(world: World): string[];
}

const ms = (text: string): number => parseDuration(text) ?? 0;

const cancellation: Step = {
  begins(world, run) {
    const { cancel_after } = world.given;
    if (cancel_after === undefined) return;
    world.clock.after(ms(cancel_after), () => run.put({ is: 'cancel_requested' }));
  },
};

/** Decisions count from the moment at which their gate opens. */
const decisions: Step = {
  hears(world, run, change) {
    if (!('gate' in change && 'opened' in change)) return;
    const path = run.prefix + change.gate;
    for (const decision of world.given.decisions)
      if (decision.gate === path)
        world.clock.after(whenAsked(run, change.gate, ms(decision.after)), () =>
          decide(world, run, change.gate, decision),
        );
  },
  left(world) {
    const opened = (path: string) => world.runs.some((run) => run.opened.has(path));
    return world.given.decisions
      .filter(({ gate }) => !opened(gate))
      .map(({ gate }) => `gate ${gate} never opened, so nobody could decide it`);
  },
};

/** What a gate with a policy shows has to be written down before anybody can decide on it. */
function whenAsked({ walk }: CaseRun, gate: string, after: number): number {
  const { policy } = gateConfig(walk, walk.indexOf.get(gate)!);
  return policy ? Math.max(1, after) : after;
}

/** As the run itself would take it: what refuses the decision there refuses it here. */
function decide(world: World, run: CaseRun, node: string, given: CaseDecision): void {
  const shown = run.walk.nodes[run.walk.indexOf.get(node)!]!.gate?.evidence;
  const decision: Decision = {
    node,
    decision: given.decision,
    actor: given.by,
    roles: given.roles,
    ...(given.groups.length === 0 ? {} : { groups: given.groups }),
    ...(given.on_behalf_of === undefined ? {} : { on_behalf_of: given.on_behalf_of }),
    ...(given.groups_only ? { groups_only: true } : {}),
    ...(given.form === undefined ? {} : { form: given.form as Json }),
    ...(shown === undefined ? {} : { evidence: shown }),
    ...(given.comment === undefined ? {} : { comment: given.comment }),
    at: new Date(world.clock.now).toISOString(),
  };
  const fault = run.walk.end ? new Fault('RUN_CLOSED', 'the run is over') : run.refuse(decision);
  const who = `${given.by}'s decision on gate ${given.gate}`;
  if (fault && fault.code !== given.refused)
    world.complaints.push(`${who} was refused: ${fault.code}: ${fault.message}`);
  if (!fault && given.refused) world.complaints.push(`${who} was taken; it was to be refused with ${given.refused}`);
  if (!fault) run.put({ is: 'decided', decision, via: 'update' });
}

/** Every way there is. A new kind of thing that happens to runs is an entry here, with its field in document.ts. */
export const STEPS: readonly Step[] = [cancellation, decisions, events];
