import type { NodeError } from '../../../../../../core/engine/outcome.js';
import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';

export interface Cause {
  code: string;
  /** Null: only its code is on record. */
  message: string | null;
  /** Where it happened, as the error before it says: `the first item`, `node web`; null: in the same place. */
  where: string | null;
}

/** The error and what brought it about, outermost first: a map names its first failed item, a run the node, an unknown outcome the code. */
export function causesOf(error: NodeError): Cause[] {
  const causes: Cause[] = [{ code: error.code, message: error.message, where: null }];
  let { details } = error as { details?: Json };
  for (let where: string | null = null; isObject(details) && causes.length < MOST; ) {
    const { node, first, cause, error: inner, details: deeper } = details as { [name: string]: Json | undefined };
    if (typeof node === 'string') where = `node ${node}`;
    const next = [first, cause, inner].find((each) => isErrorLike(each));
    if (next !== undefined) {
      causes.push({ ...asCause(next), where: first === next ? 'the first item that failed' : where });
      details = isObject(next) ? (next as JsonObject)['details'] : undefined;
      where = null;
    } else if (typeof node === 'string' && causes.at(-1)!.where === null && causes.length === 1) {
      causes[0] = { ...causes[0]!, where };
      details = deeper;
    } else details = undefined;
  }
  return causes;
}

const MOST = 10;

/** A code alone is one, too. */
const isErrorLike = (value: Json | undefined): value is string | { code: string; message: string } =>
  typeof value === 'string'
    ? /^[A-Z][A-Z0-9_]+$/.test(value)
    : isObject(value) && typeof value['code'] === 'string' && typeof value['message'] === 'string';

const asCause = (value: string | { code: string; message: string }): Pick<Cause, 'code' | 'message'> =>
  typeof value === 'string' ? { code: value, message: null } : { code: value.code, message: value.message };
