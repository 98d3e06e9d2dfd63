import type { Client } from '@temporalio/client';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import { namedEvent, type NamedEvent } from '../../core/contract/named-events.js';
import type { Granted } from '../../core/contract/limits.js';
import { type Act, ACTS, type Decision } from '../../core/contract/work.js';
import { nodeErrorFrom, type TemporalFailure } from '../../core/engine/failure.js';
import { type Fact, FUSE, historyRoom, type HistoryRoom, type TaskId } from '../../core/engine/facts.js';
import type { HistoryFact } from '../../core/engine/fold.js';
import type { NodeError } from '../../core/engine/outcome.js';
import type { Json } from '../../core/json.js';
import { decodePayloads } from './decode.js';
import { msOf, TimeoutType } from './proto.js';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;
type Failure = temporal.api.failure.v1.IFailure | null | undefined;
type Converter = Client['options']['loadedDataConverter'];
type What = HistoryFact['what'];

/** How the SDK names the markers that local activities leave, and what it keeps in them beside the result. */
const LOCAL_ACTIVITY = 'core_local_activity';
interface LocalActivity {
  complete_time: { seconds: number; nanos: number };
}

const isAct = (name: string | null | undefined): name is Act['act'] => (ACTS as readonly unknown[]).includes(name);

function factOfUpdate(name: string, value: object): Fact {
  if (isAct(name)) return { is: 'acted', act: { ...value, act: name } as Act };
  // An event that was taken is one.
  if (name === 'deliver') return { is: 'event', event: namedEvent(value) as NamedEvent, via: 'update' };
  return { is: 'decided', decision: value as Decision, via: 'update' };
}

/** As the workflow saw it in that task. */
const roomOf = (
  { eventId }: HistoryEvent,
  { suggestContinueAsNew, historySizeBytes }: temporal.api.history.v1.IWorkflowTaskStartedEventAttributes,
): HistoryRoom =>
  historyRoom({
    suggested: suggestContinueAsNew ?? false,
    events: Number(eventId),
    bytes: Number(historySizeBytes ?? 0),
  });

/**
 * Brings the events of one Temporal run into the fold's terms. It remembers which task an event id belongs to, since history
 * names the task once, when it is scheduled.
 */
export class FactReader {
  private readonly tasks = new Map<string, TaskId>();
  private readonly updates = new Map<string, Fact>();
  private readonly converter: Converter;
  private readonly runId: string;

  constructor(converter: Converter, runId: string) {
    this.converter = converter;
    this.runId = runId;
  }

  async read(event: HistoryEvent): Promise<HistoryFact | undefined> {
    const what = await this.whatOf(event);
    return what && { id: Number(event.eventId), at: msOf(event.eventTime), what };
  }

  private async whatOf(event: HistoryEvent): Promise<What | undefined> {
    const id = String(event.eventId);
    if (event.workflowTaskStartedEventAttributes)
      return { is: 'task_started', room: roomOf(event, event.workflowTaskStartedEventAttributes) };
    if (event.workflowTaskCompletedEventAttributes) return { is: 'task_completed' };
    if (event.workflowTaskFailedEventAttributes || event.workflowTaskTimedOutEventAttributes)
      return { is: 'task_lost' };
    const { markerRecordedEventAttributes: marker } = event;
    if (marker?.markerName === LOCAL_ACTIVITY) return this.local(marker);
    const command = await this.command(event, id);
    if (command) return command;
    const activity = await this.activity(event);
    if (activity) return activity;
    return (await this.child(event)) ?? (await this.message(event)) ?? (await this.closing(event));
  }

  /** Events that a workflow task's own commands made. */
  private async command(event: HistoryEvent, id: string): Promise<What | undefined> {
    const {
      activityTaskScheduledEventAttributes: activity,
      timerStartedEventAttributes: timer,
      startChildWorkflowExecutionInitiatedEventAttributes: child,
    } = event;
    if (activity) this.tasks.set(id, activity.activityId!);
    else if (timer)
      this.tasks.set(
        `timer ${timer.timerId}`,
        (await this.decode<string>({ payloads: event.userMetadata?.summary ? [event.userMetadata.summary] : [] })) ??
          '',
      );
    else if (child) this.tasks.set(id, child.workflowId!.slice(this.runId.length + 1));
    else if (event.workflowExecutionUpdateAcceptedEventAttributes)
      return this.updateAccepted(event.workflowExecutionUpdateAcceptedEventAttributes);
    else if (event.workflowExecutionUpdateCompletedEventAttributes)
      return this.updateCompleted(event.workflowExecutionUpdateCompletedEventAttributes);
    else if (
      !event.markerRecordedEventAttributes &&
      !event.upsertWorkflowSearchAttributesEventAttributes &&
      !event.activityTaskCancelRequestedEventAttributes &&
      !event.timerCanceledEventAttributes &&
      !event.requestCancelExternalWorkflowExecutionInitiatedEventAttributes &&
      !event.workflowPropertiesModifiedEventAttributes
    )
      return undefined;
    return { is: 'command' };
  }

  private async updateAccepted({
    acceptedRequest,
  }: temporal.api.history.v1.IWorkflowExecutionUpdateAcceptedEventAttributes): Promise<What> {
    const { name, args } = acceptedRequest?.input ?? {};
    const value = name === 'decide' || name === 'deliver' || isAct(name) ? await this.decode<object>(args) : undefined;
    if (value) this.updates.set(acceptedRequest!.meta!.updateId!, factOfUpdate(name!, value));
    return { is: 'command' };
  }

  private updateCompleted({
    meta,
    outcome,
  }: temporal.api.history.v1.IWorkflowExecutionUpdateCompletedEventAttributes): What {
    const fact = this.updates.get(meta!.updateId!);
    return fact && outcome?.success ? { is: 'answered', fact } : { is: 'command' };
  }

  private async activity(event: HistoryEvent): Promise<What | undefined> {
    const {
      activityTaskStartedEventAttributes: started,
      activityTaskCompletedEventAttributes: completed,
      activityTaskFailedEventAttributes: failed,
      activityTaskTimedOutEventAttributes: timedOut,
      activityTaskCanceledEventAttributes: cancelled,
    } = event;
    if (started) return { is: 'attempt', task: this.task(started), attempt: started.attempt ?? 1 };
    if (completed)
      return this.fact({
        is: 'completed',
        task: this.task(completed),
        value: (await this.decode<Json>(completed.result)) ?? null,
      });
    if (failed) return this.fact({ is: 'failed', task: this.task(failed), error: await this.errorOf(failed.failure) });
    if (timedOut)
      return this.fact({ is: 'failed', task: this.task(timedOut), error: await this.errorOf(timedOut.failure) });
    if (cancelled)
      return this.fact({ is: 'failed', task: this.task(cancelled), error: nodeErrorFrom({ kind: 'cancelled' }) });
    if (!event.timerFiredEventAttributes) return undefined;
    return this.fact({ is: 'fired', task: this.tasks.get(`timer ${event.timerFiredEventAttributes.timerId}`) ?? '' });
  }

  /** The one local activity that there is walks a region of nodes. */
  private async local({ details, failure }: temporal.api.history.v1.IMarkerRecordedEventAttributes): Promise<What> {
    const { complete_time } = (await this.decode<LocalActivity>(details?.['data']))!;
    const at = msOf(complete_time as never);
    if (failure) return { is: 'local', at, fact: { is: 'failed', task: FUSE, error: await this.errorOf(failure) } };
    const value = (await this.decode<Json>(details?.['result'])) ?? null;
    return { is: 'local', at, fact: { is: 'completed', task: FUSE, value } };
  }

  private async child(event: HistoryEvent): Promise<What | undefined> {
    const {
      childWorkflowExecutionCompletedEventAttributes: completed,
      childWorkflowExecutionFailedEventAttributes: failed,
    } = event;
    if (completed)
      return this.fact({
        is: 'completed',
        task: this.childTask(completed),
        value: (await this.decode<Json>(completed.result)) ?? null,
      });
    if (failed)
      return this.fact({ is: 'failed', task: this.childTask(failed), error: await this.errorOf(failed.failure) });
    const {
      childWorkflowExecutionCanceledEventAttributes: cancelled,
      childWorkflowExecutionTerminatedEventAttributes: terminated,
      childWorkflowExecutionTimedOutEventAttributes: timedOut,
      startChildWorkflowExecutionFailedEventAttributes: refused,
    } = event;
    if (cancelled)
      return this.fact({ is: 'failed', task: this.childTask(cancelled), error: nodeErrorFrom({ kind: 'cancelled' }) });
    if (terminated)
      return this.fact({
        is: 'failed',
        task: this.childTask(terminated),
        error: nodeErrorFrom({ kind: 'terminated' }),
      });
    if (timedOut)
      return this.fact({
        is: 'failed',
        task: this.childTask(timedOut),
        error: nodeErrorFrom({ kind: 'timeout', type: 'START_TO_CLOSE' }),
      });
    if (refused)
      return this.fact({
        is: 'failed',
        task: this.childTask(refused),
        error: nodeErrorFrom({ kind: 'other', message: 'Workflow execution already started' }),
      });
    return undefined;
  }

  private async message(event: HistoryEvent): Promise<What | undefined> {
    const {
      workflowExecutionSignaledEventAttributes: signal,
      workflowExecutionCancelRequestedEventAttributes: cancel,
    } = event;
    if (cancel) return this.fact({ is: 'cancel_requested' });
    if (signal?.signalName === 'deliver') {
      const event = namedEvent(await this.decode(signal.input));
      return event && this.fact({ is: 'event', event, via: 'signal' });
    }
    if (signal?.signalName === 'granted') {
      const granted = await this.decode<Granted>(signal.input);
      return granted && this.fact({ is: 'granted', ...granted });
    }
    if (signal?.signalName !== 'decide') return undefined;
    const decision = await this.decode<Decision>(signal.input);
    return decision && this.fact({ is: 'decided', decision, via: 'signal' });
  }

  private async closing(event: HistoryEvent): Promise<What | undefined> {
    if (event.workflowExecutionContinuedAsNewEventAttributes) return { is: 'continued' };
    if (event.workflowExecutionCompletedEventAttributes) return { is: 'closed', status: 'completed' };
    if (event.workflowExecutionFailedEventAttributes)
      return {
        is: 'closed',
        status: 'failed',
        error: await this.errorOf(event.workflowExecutionFailedEventAttributes.failure),
      };
    if (event.workflowExecutionCanceledEventAttributes)
      return { is: 'closed', status: 'cancelled', error: { code: 'RUN_CANCELLED', message: 'the run was cancelled' } };
    if (event.workflowExecutionTimedOutEventAttributes)
      return {
        is: 'closed',
        status: 'timed_out',
        error: { code: 'RUN_TIMED_OUT', message: 'the run took longer than it may' },
      };
    const { workflowExecutionTerminatedEventAttributes: terminated } = event;
    return terminated
      ? {
          is: 'closed',
          status: 'terminated',
          error: { code: 'RUN_TERMINATED', message: terminated.reason || 'the run was terminated' },
        }
      : undefined;
  }

  private fact(fact: Fact): What {
    return { is: 'fact', fact };
  }

  private task({ scheduledEventId }: { scheduledEventId?: unknown }): TaskId {
    return this.tasks.get(String(scheduledEventId)) ?? '';
  }

  private childTask({ initiatedEventId }: { initiatedEventId?: unknown }): TaskId {
    return this.tasks.get(String(initiatedEventId)) ?? '';
  }

  /** The values of payloads, decoded by the one data converter. */
  async decodeAll(payloads: temporal.api.common.v1.IPayload[] | null | undefined): Promise<unknown[]> {
    return decodeArrayFromPayloads(this.converter, payloads);
  }

  private async decode<T>(payloads: Payloads): Promise<T | undefined> {
    const [value] = await this.decodeAll(payloads?.payloads);
    return value as T | undefined;
  }

  private async errorOf(failure: Failure): Promise<NodeError> {
    return nodeErrorFrom(await this.failureOf(await decodePayloads(failure, this.converter.payloadCodecs)));
  }

  /** The same reading of a failure as workflows/failures.ts makes of the error that the SDK builds from it. */
  private async failureOf(failure: Failure): Promise<TemporalFailure> {
    if (!failure) return { kind: 'other', message: '' };
    const { applicationFailureInfo: application, timeoutFailureInfo: timeout } = failure;
    if (application)
      return {
        kind: 'application',
        type: application.type,
        message: failure.message ?? '',
        details: await decodeArrayFromPayloads(this.converter, application.details?.payloads),
      };
    if (timeout) {
      const type = TimeoutType[timeout.timeoutType ?? 0]!.replace('TIMEOUT_TYPE_', '');
      return {
        kind: 'timeout',
        type: type as never,
        ...(failure.cause ? { cause: await this.failureOf(failure.cause) } : {}),
      };
    }
    if (failure.canceledFailureInfo) return { kind: 'cancelled' };
    if (failure.terminatedFailureInfo) return { kind: 'terminated' };
    if (failure.childWorkflowExecutionFailureInfo || failure.activityFailureInfo) return this.failureOf(failure.cause);
    const error = await decodeOptionalFailureToOptionalError(this.converter, failure);
    return { kind: 'other', message: error?.message ?? '' };
  }
}
