import { inputFault } from '../contract/input.js';
import type { EngineActivities, Work } from '../contract/work.js';
import { errorOf } from '../engine/bind.js';
import { evaluateWithArtifacts, templateOf } from '../expr/index.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import { type Answer, type Outcome, type Policy, retried } from './attempts.js';
import type { CaseRun } from './case-run.js';
import { batch } from './items.js';
import { givenIn } from './mocks.js';

/** What a gate shows is what the people of a case decide on. */
const SHOWN = 'as shown';

/** How each activity is answered in a case. A new activity does not compile until it is here. */
export const ANSWERS: {
  [A in keyof EngineActivities]: (
    run: CaseRun,
    input: Parameters<EngineActivities[A]>[0],
    policy: Policy,
  ) => Answer | Promise<Answer>;
} = {
  tool_call: work,
  agent_call: work,
  map_batch: batch,
  evaluate: (run, { template, condition, scope }) =>
    computed(async () => ({
      value: await evaluateWithArtifacts(template ?? templateOf(condition!), scope, run.world.load),
    })),
  count_items: (run, { over }) => computed(async () => ({ total: (await run.world.list(over)).length })),
  join_items: (run, { parts }) =>
    computed(async () => ({ value: (await Promise.all(parts.map((part) => run.world.list(part)))).flat() })),
  stash: (_run, { values }) => done({ refs: values }), // nothing is too large for a case
  fuse: () => undefined, // a command of its own
  next_task: () => done(null),
  open_gate: () => done({ evidence: SHOWN }),
  note_gate: () => done(null),
  await_event: () => done({ event: null }), // a case sends events to its run
  check_event: (run, { schema, data }) => done({ fits: run.world.ground.schemas.check(schema, data).length === 0 }),
  // A case waits for nobody else's runs.
  ask_limit: (run, { run: _run, ...place }) => {
    run.put({ is: 'granted', ...place });
    return done(null);
  },
  accept_fire: () => undefined, // of a schedule: no run asks for it
  close_gate: () => done(null),
  start_subworkflow: (run, { child, workflow, input, ...of }) =>
    computed(() => {
      const plan = run.world.ground.plans.children.get(workflow);
      const ref = { ...of.run, id: child, workflow };
      // Without a plan a mock stands in for the child, which is looked for when the child is to start.
      return Promise.resolve({
        plan: (plan ?? null) as unknown as Json,
        run: ref,
        input: plan ? filled(run, plan, input) : input,
      });
    }),
};

function work(run: CaseRun, { node, config, output_schema, attempts_before = 0 }: Work, policy: Policy): Answer {
  const tries = run.world.mocks.triesOf(run.prefix + node, givenIn(config), output_schema);
  const outcome = retried(policy, (attempt) => tries(attempts_before + attempt));
  if (!outcome) return undefined;
  const attempts = attempts_before + outcome.attempts;
  return 'value' in outcome ? { ...outcome, attempts, value: { output: outcome.value } } : { ...outcome, attempts };
}

function filled({ world }: CaseRun, plan: Plan, input: Json): Json {
  if (!plan.input) return input;
  const { value, problems } = world.ground.schemas.fill(plan.input, input);
  if (problems.length > 0) throw inputFault(plan, problems);
  return value;
}

const done = (value: Json): Outcome => ({ after: 0, attempts: 1, value });

/** What the engine's own steps fail with here, no other attempt would mend. */
async function computed(compute: () => Promise<object>): Promise<Outcome> {
  try {
    return done((await compute()) as Json);
  } catch (err) {
    return { after: 0, attempts: 1, error: errorOf(err) };
  }
}
