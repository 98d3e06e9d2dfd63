import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import { Fault, type FaultCode, FAULTS } from '../../core/fault.js';
import { isObject } from '../../core/json.js';
import { Prisma } from '../../adapters/postgres/db.js';

/** RFC 9457, with a stable code and, for validation, every problem with its place. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    request_id: z.string().optional(),
    errors: z
      .array(
        z.object({
          code: z.string(),
          pointer: z.string(),
          line: z.int().optional(),
          column: z.int().optional(),
          message: z.string(),
          suggestion: z.string().optional(),
        }),
      )
      .optional(),
    details: z.unknown().optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

export function sendProblem(res: Response, fault: Fault, instance: string): void {
  const { status, body } = problemOf(fault, instance, res.getHeader('x-request-id'));
  if (status === 429) res.setHeader('retry-after', '60'); // tries are counted by the minute
  res.status(status).type('application/problem+json').send(body);
}

/** A fault as it is told, also where there is no Express response to tell it by. */
export function problemOf(fault: Fault, instance: string, requestId?: unknown): { status: number; body: string } {
  const { http, title } = FAULTS[fault.code];
  const { errors, ...details } = isObject(fault.details)
    ? fault.details
    : { errors: undefined, ...(fault.details === undefined ? {} : { value: fault.details }) };
  const problem = {
    ...{
      type: `/api/v1/docs/faults#${fault.code.toLowerCase()}`,
      title,
      status: http,
      detail: fault.message,
      code: fault.code,
      instance,
    },
    ...{ request_id: requestId },
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
  return { status: http, body: JSON.stringify(problem) };
}

/** The one place where an error becomes an answer. What is no fault is logged whole and told as INTERNAL. */
export const problems =
  (log: (err: unknown, requestId: unknown) => void): ErrorRequestHandler =>
  (err, req, res, next) => {
    if (res.headersSent) return next(err);
    const fault = faultOf(err);
    if (fault.code === 'INTERNAL') log(err, res.getHeader('x-request-id'));
    sendProblem(res, fault, req.originalUrl.split('?')[0]!);
  };

const BODY_PARSER: Record<string, FaultCode> = {
  'entity.too.large': 'TOO_LARGE',
  'entity.parse.failed': 'REQUEST_INVALID',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'charset.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
};
/** The database can't be reached, or ended the connection. */
const DATABASE_AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);

export function faultOf(err: unknown): Fault {
  if (err instanceof Fault) return err;
  if (err instanceof z.ZodError) return requestInvalid(err);
  if (err instanceof Error && 'type' in err && typeof err.type === 'string' && err.type in BODY_PARSER)
    return new Fault(BODY_PARSER[err.type]!, err.message, { cause: err });
  if (isClientsFault(err)) return new Fault('REQUEST_INVALID', err.message, { cause: err });
  if (err instanceof URIError) return new Fault('REQUEST_INVALID', 'the path is not well encoded', { cause: err });
  if (databaseIsAway(err)) return new Fault('UNAVAILABLE', 'the database can not be reached', { cause: err });
  return new Fault('INTERNAL', 'something went wrong; the log has it under the request id', { cause: err });
}

/** What the reading of a body throws besides: cut off, or not compressed as it says. */
const isClientsFault = (err: unknown): err is Error & { status: number } =>
  err instanceof Error && 'status' in err && typeof err.status === 'number' && err.status >= 400 && err.status < 500;

function databaseIsAway(err: unknown): boolean {
  if (err instanceof Prisma.PrismaClientKnownRequestError)
    return DATABASE_AWAY.has(err.code) || /ECONNREFUSED|terminat|closed/i.test(err.message);
  return (
    err instanceof Prisma.PrismaClientInitializationError ||
    (err instanceof Error && /ECONNREFUSED|Connection terminated|Server has closed/.test(err.message))
  );
}

/** A request that does not fit its schema, with a pointer into body, query or path. */
export function requestInvalid(err: z.ZodError): Fault {
  const errors = err.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]) => path.map((part) => `/${String(part)}`).join('');
    if (issue.code !== 'unrecognized_keys')
      return [{ code: 'REQUEST_INVALID', pointer: at(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({
      code: 'UNKNOWN_FIELD',
      pointer: at([...issue.path, key]),
      message: `there is no field ${key}`,
    }));
  });
  return new Fault(
    'REQUEST_INVALID',
    errors.map(({ pointer, message }) => `${pointer || 'it'}: ${message}`).join('; '),
    { details: { errors } },
  );
}
