// The package is CommonJS whose names Node can't see from outside: its default export holds them.
import { tsToMs } from '@temporalio/common/lib/time.js';
import protobuf, { type google } from '@temporalio/proto';

export const { Payload } = protobuf.temporal.api.common.v1;
export const { TimeoutType, PendingActivityState } = protobuf.temporal.api.enums.v1;

/** As the SDK reads the time of a workflow task: whole milliseconds. */
export const msOf = (time: google.protobuf.ITimestamp | null | undefined): number => (time ? tsToMs(time) : 0);
