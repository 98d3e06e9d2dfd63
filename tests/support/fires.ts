import type { AcceptedFire, Fire } from '../../core/contract/work.js';
import { launchOf } from '../../core/engine/launch.js';
import { planOf } from './plans.js';
import { headerOf, type Stage, until } from './workflow.js';

/** A fire's workflow of each kind, by what its schedule's name says; the plans are those of the run that it starts. */
export const FIRES = ['completed', 'failed', 'cancelled', 'taken'] as const;
export type FireKind = (typeof FIRES)[number];

const PLANS = {
  completed: planOf([{ key: 'a' }], []),
  failed: planOf([{ key: 'a', config: { do: 'fail' } }], []),
  cancelled: planOf([{ key: 'a', type: 'human_gate', config: { title: 'Go?', role: 'approver' } }], []),
};

/** The activity, as the workflow sees it. */
export function scriptedFire({ schedule, workflow }: Fire): Promise<AcceptedFire> {
  const kind = schedule as FireKind;
  if (kind === 'taken') return Promise.resolve({ run_id: 'run_of_another' });
  const header = { ...headerOf(PLANS[kind]), id: `run_of_${workflow}` };
  return Promise.resolve({ run_id: header.id, launch: launchOf({ header, plan: PLANS[kind], input: {} }) });
}

/** Carries a fire out to its end; answers its workflow's id. */
export async function carryOut(stage: Stage, kind: FireKind): Promise<string> {
  const workflowId = `${kind}.1-${process.pid}-${Date.now()}`;
  const handle = await stage.client.workflow.start('scheduled_run', {
    ...{ workflowId, taskQueue: stage.taskQueue, args: [{ schedule: kind, org: 'org_test', revision: 1 }] },
  });
  if (kind === 'cancelled') {
    await until(async () => (await stage.engine.stateOf(`run_of_${workflowId}`)) === 'open');
    await handle.cancel();
  }
  await handle.result().catch(() => undefined);
  return workflowId;
}
