import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { Fault } from '../../core/fault.js';

const NOT_FOUND = 5;

/** What Temporal answered, in Heddle's terms. `what` is named to the caller. */
export function faultOf(err: unknown, what: string): unknown {
  const grpc = isGrpcServiceError(err)
    ? err
    : err instanceof Error && isGrpcServiceError(err.cause)
      ? err.cause
      : undefined;
  if (err instanceof WorkflowNotFoundError || grpc?.code === NOT_FOUND)
    return new Fault('NOT_FOUND', `Temporal knows no ${what}`, { cause: err });
  if (grpc || err instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new Fault('UNAVAILABLE', `Temporal could not answer for ${what}`, { cause: err });
  return err;
}
