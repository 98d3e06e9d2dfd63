import type { Json } from './json.js';

interface FaultKind {
  /** The HTTP status when it reaches a client. */
  http: number;
  /** Whether trying again may help: activities that fail with it are retried. */
  retry: boolean;
  title: string;
}

const kind = (http: number, retry: boolean, title: string): FaultKind => ({ http, retry, title });

/** Every code that a fault may have. `docs/faults.md` explains each; a test keeps the two alike. */
export const FAULTS = {
  SPEC_INVALID: kind(422, false, 'The spec has errors'),
  TESTS_INVALID: kind(422, false, 'The tests have errors'),
  INPUT_INVALID: kind(422, false, 'The input does not fit its schema'),
  REQUEST_INVALID: kind(400, false, 'The request is malformed'),
  UNAUTHENTICATED: kind(401, false, 'Who are you?'),
  FORBIDDEN: kind(403, false, 'You may not do this'),
  CROSS_SITE: kind(403, false, 'Another site may not act for you'),
  SPEAKER_CHANGED: kind(409, false, 'The session speaks for somebody else now'),
  NOT_FOUND: kind(404, false, 'There is no such thing'),
  METHOD_NOT_ALLOWED: kind(405, false, 'The path does not take this method'),
  LIMIT_UNKNOWN: kind(422, false, 'There is no such limit'),
  IDEMPOTENCY_CONFLICT: kind(422, false, 'The idempotency key was used for another request'),
  EVIDENCE_CHANGED: kind(409, false, 'Something else was shown than what is to be decided'),
  NAME_TAKEN: kind(409, false, 'The name is taken'),
  GATE_CLOSED: kind(409, false, 'The gate takes no decision'),
  GATE_CLAIMED: kind(409, false, 'Somebody else works on the gate'),
  NODE_STATE: kind(409, false, 'The node is not in a state for this'),
  RUN_STATE: kind(409, false, 'The run is not in a state for this'),
  RUN_CLOSED: kind(409, false, 'The run is over'),
  PRECONDITION_FAILED: kind(412, false, 'It is not as the request expects'),
  TOO_LARGE: kind(413, false, 'It is too large'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, false, 'This media type is not understood'),
  TOO_OFTEN: kind(429, true, 'Too many tries'),
  UNAVAILABLE: kind(503, true, 'A part of Heddle can not be reached'),
  NOT_CONFIGURED: kind(503, false, 'This installation is not set up for it'),
  PAYLOAD_UNREADABLE: kind(422, true, 'A payload can not be read'),
  INTERNAL: kind(500, true, 'Something went wrong inside'),

  HTTP_CONNECT: kind(502, true, 'The server could not be reached'),
  HTTP_TIMEOUT: kind(504, true, 'The server did not answer in time'),
  HTTP_4XX: kind(502, false, 'The server refused the request'),
  HTTP_429: kind(502, true, 'The server asked for fewer requests'),
  HTTP_5XX: kind(502, true, 'The server failed'),
  HTTP_REDIRECT: kind(502, false, 'The redirect can not be followed'),
  HTTP_TOO_LARGE: kind(502, false, 'The answer is larger than allowed'),
  EGRESS_DENIED: kind(403, false, 'The address may not be called'),
  SECRET_UNKNOWN: kind(422, false, 'There is no such secret'),
  FUNCTION_UNKNOWN: kind(422, false, 'There is no such function'),
  FUNCTION_ERROR: kind(422, false, 'The function failed'),
  FUNCTION_TIMEOUT: kind(422, false, 'The function took too long'),
  FUNCTION_MEMORY: kind(422, false, 'The function used too much memory'),
  FUNCTION_OUTPUT: kind(422, false, 'The function put out what can not be used'),
  AGENT_UNREACHABLE: kind(502, true, 'The agent could not be reached'),
  AGENT_PROTOCOL: kind(502, false, 'The agent does not speak A2A as expected'),
  AGENT_FAILED: kind(502, false, 'The agent failed'),
  AGENT_REJECTED: kind(502, false, 'The agent rejected the task'),
  AGENT_INPUT_REQUIRED: kind(502, false, 'The agent asks for input'),
  AGENT_AUTH_REQUIRED: kind(502, false, 'The agent asks for authorisation'),
  OUTPUT_INVALID: kind(422, false, 'The output does not fit its schema'),
  EXPRESSION_FAILED: kind(422, false, 'An expression has no value'),
  EXPRESSION_LIMIT: kind(422, false, 'An expression takes more steps than it may'),
  ARTIFACT_MISSING: kind(410, false, 'The artifact is gone'),
  ARTIFACT_UNAVAILABLE: kind(503, true, 'The artifact store can not be reached'),
  GATE_EXPIRED: kind(422, false, 'Nobody decided it in time'),
  EVENT_TIMED_OUT: kind(422, false, 'The event did not come in time'),
  GATE_DENIED: kind(422, false, 'A person denied it'),
  NODE_TIMEOUT: kind(504, false, 'The node took too long'),
  EFFECT_UNKNOWN: kind(409, false, 'Nobody knows whether it has happened'),
  WORKER_LOST: kind(503, true, 'The worker fell silent'),
  SUBWORKFLOW_FAILED: kind(422, false, 'The subworkflow failed'),
  MAP_FAILED: kind(422, false, 'More items failed than are tolerated'),
  RUN_CANCELLED: kind(409, false, 'The run was cancelled'),
  RUN_TERMINATED: kind(409, false, 'The run was terminated'),
  RUN_TIMED_OUT: kind(504, false, 'The run took too long'),
} satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof FAULTS;

export const isFaultCode = (code: unknown): code is FaultCode =>
  typeof code === 'string' && Object.hasOwn(FAULTS, code);

/** The one error class. Past a process or workflow boundary, match on the code: classes do not survive it. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly details?: Json;

  constructor(code: FaultCode, message: string, { details, cause }: { details?: Json; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (details !== undefined) this.details = details;
  }
}
