import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Defined, Granted, Place } from '../core/contract/limits.js';
import type { LimiterView } from '../core/limiter/view.js';
import { type Act, ACTS, type Decision } from '../core/contract/work.js';
import type { EventFate, NamedEvent } from '../core/contract/named-events.js';
import type { NodeView } from '../core/events/view.js';
import type { NodeError, RunStatus } from '../core/engine/outcome.js';
import type { Json } from '../core/json.js';

/** What the run's own workflow says about itself: the referee for every view that is folded from history. */
export interface WorkflowView {
  status: RunStatus;
  output: Json;
  error: NodeError | null;
  nodes: NodeView[];
}

export const viewQuery = defineQuery<WorkflowView>('view');

/** Answers synchronously: the decision as it was taken. Refused with a failure whose type is the fault's code. */
export const decideUpdate = defineUpdate<{ decision: Decision['decision']; decided_by: string }, [Decision]>('decide');

/** The same by signal, for Temporal Web and CLI; one that can't be taken is ignored. */
export const decideSignal = defineSignal<[Decision]>('decide');

/** What a person does to the run, an Update for each kind: the act as it was taken. Refused with a failure whose type is the fault's code. */
export const actUpdates = ACTS.map((act) => ({ act, update: defineUpdate<void, [Omit<Act, 'act'>]>(act) }));

/** A named event, answered with what became of it. Refused with a failure whose type is the fault's code. */
export const deliverUpdate = defineUpdate<EventFate, [NamedEvent]>('deliver');

/** The same by signal, for Temporal Web and CLI; one that can't be taken is ignored. */
export const deliverSignal = defineSignal<[Partial<NamedEvent>]>('deliver');

/** A place of a limit has come; one that nobody waits for is given back. */
export const grantedSignal = defineSignal<[Granted]>('granted');

/** What limiters are told. All of it may come again. */
export const askSignal = defineSignal<[{ place: Place; defined: Defined }]>('ask');
export const giveBackSignal = defineSignal<[Place]>('give_back');
/** A run is over, whatever it holds or waits for. */
export const overSignal = defineSignal<[string]>('over');
export const redefineSignal = defineSignal<[Defined]>('define');
export const limiterQuery = defineQuery<LimiterView>('limiter');
