import { Fault } from '../core/fault.js';
import { isArtifactRef, type Json } from '../core/json.js';
import type { ActivityDeps } from './deps.js';

/** A list, or one behind a reference; references among its items stay. */
export async function listOf({ artifacts }: ActivityDeps, org: string, over: Json): Promise<Json[]> {
  const list = isArtifactRef(over) ? await artifacts.loader(org)(over) : over;
  if (Array.isArray(list)) return list;
  throw new Fault('EXPRESSION_FAILED', 'what a map goes over must be a list');
}
