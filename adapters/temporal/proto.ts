// The package is CommonJS whose names Node can't see from outside: its default export holds them.
import protobuf from '@temporalio/proto';

export const { Payload } = protobuf.temporal.api.common.v1;
export const { TimeoutType, PendingActivityState } = protobuf.temporal.api.enums.v1;
