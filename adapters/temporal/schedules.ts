import { randomUUID } from 'node:crypto';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleHandle,
} from '@temporalio/client';
import { encodeScheduleOverlapPolicy } from '@temporalio/client/lib/schedule-types.js';
import type { OverlapPolicy } from '../../core/contract/schedules.js';
import type { ScheduledRun } from '../../core/contract/work.js';
import { Fault } from '../../core/fault.js';
import { faultOf } from './faults.js';
import { optionsOf, overlapOf, type ScheduleContent } from './schedule-options.js';

/** A Schedule as Temporal has it. */
export interface TemporalSchedule {
  /** What it was told last. */
  revision: number;
  paused: boolean;
  note: string | null;
  next_times: string[];
  fires: { started: number; skipped: number; missed: number };
}

export interface Backfill {
  from: Date;
  to: Date;
  overlap: OverlapPolicy;
}

const INVALID_ARGUMENT = 3;

/** Schedules on Temporal. All throw UNAVAILABLE when it does not answer, NOT_FOUND when it has no such Schedule. */
export class TemporalSchedules {
  private readonly client: Client;
  private readonly taskQueue: string;

  /** `taskQueue`: of the engine's workers. */
  constructor({ client, taskQueue }: { client: Client; taskQueue: string }) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /** Undefined when Temporal has no such Schedule. */
  async describe(id: string): Promise<TemporalSchedule | undefined> {
    try {
      return shown(await this.handle(id).describe());
    } catch (err) {
      if (err instanceof ScheduleNotFoundError) return undefined;
      throw this.fault(err, id);
    }
  }

  /** False when there is one of that id already. Throws REQUEST_INVALID when Temporal refuses it. */
  async create(content: ScheduleContent, state: { paused: boolean; note: string | null }): Promise<boolean> {
    const { note, paused } = state;
    try {
      await this.client.schedule.create({
        scheduleId: content.id,
        ...optionsOf(content, this.taskQueue),
        state: { paused, ...(note === null ? {} : { note }) },
        memo: { name: content.name, workflow: content.workflow },
      });
      return true;
    } catch (err) {
      if (err instanceof ScheduleAlreadyRunning) return false;
      throw this.fault(err, content.id);
    }
  }

  /** Replaces times, action and policies; pauses or resumes it when told so. Throws REQUEST_INVALID when Temporal refuses it. */
  async replace(content: ScheduleContent, paused: boolean | null): Promise<void> {
    await this.asked(content.id, (handle) =>
      handle.update(({ state }) => ({
        ...optionsOf(content, this.taskQueue),
        state: { ...state, paused: paused ?? state.paused },
      })),
    );
  }

  pause(id: string, note: string): Promise<void> {
    return this.asked(id, (handle) => handle.pause(note));
  }

  resume(id: string, note: string): Promise<void> {
    return this.asked(id, (handle) => handle.unpause(note));
  }

  /** Fires once, as if it were due then; by the schedule's own overlap policy unless another is given. */
  trigger(id: string, due: Date, overlap?: OverlapPolicy): Promise<void> {
    return this.patch(id, {
      triggerImmediately: {
        scheduledTime: timestampOf(due),
        ...(overlap === undefined ? {} : { overlapPolicy: encoded(overlap) }),
      },
    });
  }

  /** Fires at each of the schedule's times from `from` to `to`, both included. */
  backfill(id: string, { from, to, overlap }: Backfill): Promise<void> {
    const backfillRequest = [
      { startTime: timestampOf(from), endTime: timestampOf(to), overlapPolicy: encoded(overlap) },
    ];
    return this.patch(id, { backfillRequest });
  }

  /** How many times of the schedule lie in the window, both ends included; Temporal counts no further than 1000. */
  async count(id: string, { from, to }: Omit<Backfill, 'overlap'>): Promise<number> {
    try {
      const { startTime } = await this.client.workflowService.listScheduleMatchingTimes({
        ...{ namespace: this.client.options.namespace, scheduleId: id },
        // Unlike a backfill, Temporal counts from after the start on.
        ...{ startTime: timestampOf(new Date(from.getTime() - 1)), endTime: timestampOf(to) },
      });
      return startTime.length;
    } catch (err) {
      throw this.fault(err, id);
    }
  }

  /** What has been started goes on. One that is gone already counts as deleted. */
  async delete(id: string): Promise<void> {
    try {
      await this.handle(id).delete();
    } catch (err) {
      if (!(err instanceof ScheduleNotFoundError)) throw this.fault(err, id);
    }
  }

  private handle(id: string): ScheduleHandle {
    return this.client.schedule.getHandle(id);
  }

  private async asked(id: string, act: (handle: ScheduleHandle) => Promise<void>): Promise<void> {
    try {
      await act(this.handle(id));
    } catch (err) {
      throw this.fault(err, id);
    }
  }

  private patch(id: string, patch: Parameters<Client['workflowService']['patchSchedule']>[0]['patch']): Promise<void> {
    const { namespace, identity } = this.client.options;
    const request = { namespace, identity, scheduleId: id, requestId: randomUUID(), patch: patch ?? null };
    return this.asked(id, () => this.client.workflowService.patchSchedule(request).then(() => undefined));
  }

  private fault(err: unknown, id: string): unknown {
    const { code, details } = (err instanceof Error ? (err.cause ?? err) : err) as { code?: number; details?: string };
    // For a spec that it can't read the SDK throws a TypeError with what Temporal said of it.
    if (err instanceof TypeError || code === INVALID_ARGUMENT) {
      const message = `Temporal refuses it: ${err instanceof TypeError ? err.message : details}`;
      const errors = [{ code: 'REQUEST_INVALID', pointer: '/spec', message }];
      return new Fault('REQUEST_INVALID', message, { details: { errors }, cause: err });
    }
    if (err instanceof ScheduleNotFoundError)
      return new Fault('NOT_FOUND', `Temporal knows no schedule ${id}`, { cause: err });
    return faultOf(err, `schedule ${id}`);
  }
}

const encoded = (policy: OverlapPolicy) => encodeScheduleOverlapPolicy(overlapOf(policy))!;
const timestampOf = (at: Date) => ({
  seconds: Math.floor(at.getTime() / 1_000) as never,
  nanos: at.getUTCMilliseconds() * 1_000_000,
});

const shown = ({ action, state, info }: ScheduleDescription): TemporalSchedule => ({
  revision: ((action.args?.[0] ?? {}) as Partial<ScheduledRun>).revision ?? 0,
  paused: state.paused,
  note: state.note || null,
  next_times: info.nextActionTimes.map((at) => at.toISOString()),
  fires: {
    started: info.numActionsTaken,
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
  },
});
