import type { Payload as AnyPayload } from '@temporalio/common';
// The package is CommonJS whose names Node can't see from outside: its default export holds them.
import protobuf, { type google } from '@temporalio/proto';

const { Payload } = protobuf.temporal.api.common.v1;
export const { TimeoutType, PendingActivityState } = protobuf.temporal.api.enums.v1;

/** As the SDK reads the time of a workflow task: whole milliseconds. Seconds are a Long off the wire, a number out of JSON. */
export function msOf(time: google.protobuf.ITimestamp | null | undefined): number {
  const seconds: { toNumber(): number } | number | null | undefined = time?.seconds;
  const whole = typeof seconds === 'object' && seconds !== null ? seconds.toNumber() : (seconds ?? 0);
  return whole * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}

/** A whole payload as bytes, to be the content of another. */
export const packed = (payload: AnyPayload): Uint8Array => Payload.encode(payload).finish();
export const unpacked = (bytes: Uint8Array): AnyPayload => Payload.decode(bytes);

export const metadataOf = ({ metadata }: AnyPayload, name: string): string | undefined => {
  const value = metadata?.[name];
  return value ? Buffer.from(value).toString() : undefined;
};
/** By it the codec knows what it has made: `json/plain` and so on are the payload converter's. */
export const encodingOf = (payload: AnyPayload): string | undefined => metadataOf(payload, 'encoding');
