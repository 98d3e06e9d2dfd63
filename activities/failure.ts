import { ApplicationFailure } from '@temporalio/common';
import { Fault, FAULTS } from '../core/fault.js';
import { isObject, type Json } from '../core/json.js';
import type { Secrets } from '../adapters/secrets/secrets.js';
import { storable, storableText } from './storable.js';

const MESSAGE_CHARS = 2_000;
/** Of any text in a failure's details. */
const DETAIL_CHARS = 4_000;

/** Anything that is not a fault is a bug or an outage: Temporal tries it again. */
export function toFailure(err: unknown): unknown {
  if (!(err instanceof Fault)) return err;
  const details = err.details === undefined ? [] : [err.details];
  const wait = isObject(err.details) ? err.details['retry_after_ms'] : undefined;
  return ApplicationFailure.create({
    type: err.code,
    message: err.message,
    nonRetryable: !FAULTS[err.code].retry,
    details,
    ...(typeof wait === 'number' ? { nextRetryDelay: wait } : {}),
  });
}

/** The fault that an error is, fit for history and screens: errors quote what they met, at any length and with any secret in it. */
export function presentable(err: unknown, secrets: Secrets): Fault {
  const message = storableText(cut(secrets.scrubText(err instanceof Error ? err.message : String(err)), MESSAGE_CHARS));
  if (!(err instanceof Fault)) return new Fault('INTERNAL', message, { cause: err });
  const details = err.details === undefined ? {} : { details: shortened(secrets.scrub(storable(err.details))) };
  return new Fault(err.code, message, { ...details, cause: err.cause });
}

function shortened(value: Json): Json {
  if (typeof value === 'string') return cut(value, DETAIL_CHARS);
  if (Array.isArray(value)) return value.map(shortened);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]));
}

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars).toWellFormed()}…` : text;
