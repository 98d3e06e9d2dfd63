import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ItemResult, MapBatch, MapBatchResult } from '../core/contract/work.js';
import { evaluateWithArtifacts } from '../core/expr/index.js';
import { isFaultCode } from '../core/fault.js';
import { isObject, type Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { apartFromCode } from '../core/nodes/code.js';
import { beating, type Pulse } from './beating.js';
import type { ActivityDeps } from './deps.js';
import { listOf } from './lists.js';
import { perform } from './perform.js';
import { PERFORMERS } from './performers.js';

/** Items of one batch that are at work at once. */
const AT_ONCE = 10;
/** All results of a batch travel together, in its heartbeats and in its result. */
const BATCH_BYTES = 8 * INLINE_BYTES;
const MESSAGE_CHARS = 300;
/** A report holds all that was done, so it does not follow every item. */
const REPORT_MS = 250;

/** What a batch has done so far: its retry, after a worker died, passes over it. */
interface Progress {
  items: Record<number, ItemResult>;
  /** What items reported that are at work. */
  working: Record<number, Json>;
}

/** Does a map's body for some of its items. One item fails the activity, so that Temporal retries it; in a batch it is reported. */
export function mapBatch(deps: ActivityDeps, batch: MapBatch): Promise<MapBatchResult> {
  return beating(async (pulse) => {
    const { from, to, offset = 0 } = batch;
    const list = await listOf(deps, batch.run.org, batch.over);
    const itemAt = (index: number): Json => list[index - offset] ?? null;
    if (to - from > 1) return { items: await several(deps, batch, pulse, itemAt) };
    return { items: [{ status: 'completed', output: await one(deps, batch, from, itemAt(from), pulse) }] };
  });
}

async function several(
  deps: ActivityDeps,
  batch: MapBatch,
  pulse: Pulse,
  itemAt: (index: number) => Json,
): Promise<ItemResult[]> {
  const { from, to } = batch;
  const { cancellationSignal: signal } = Context.current();
  setMaxListeners(0, signal); // many items hear of one cancellation
  const progress = progressOf(pulse.resumeFrom);
  const share = Math.min(batch.inline_bytes ?? INLINE_BYTES, Math.max(512, Math.floor(BATCH_BYTES / (to - from))));
  let reported = 0;
  const report = () => {
    reported = Date.now();
    pulse.heartbeat(progress); // the beats in between repeat it as it then is
  };
  report();
  let next = from;
  const work = async (): Promise<void> => {
    for (let index = next++; index < to; index = next++) {
      if (progress.items[index]) continue;
      signal.throwIfAborted();
      const own: Pulse = {
        resumeFrom: progress.working[index],
        heartbeat(details) {
          progress.working[index] = details as Json;
          report();
        },
      };
      progress.items[index] = await attempt(deps, batch, index, itemAt(index), own, share);
      delete progress.working[index];
      if (Date.now() - reported >= REPORT_MS) report();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - from) }, work));
  return Array.from({ length: to - from }, (_, i) => progress.items[from + i]!);
}

const progressOf = (details: unknown): Progress =>
  isObject(details) && isObject(details['items']) && isObject(details['working'])
    ? (details as unknown as Progress)
    : { items: {}, working: {} };

async function one(
  deps: ActivityDeps,
  { run, node, generation, body, scope, inline_bytes, undo }: MapBatch,
  index: number,
  item: Json,
  pulse: Pulse,
): Promise<Json> {
  const key = `${node}[${index}]`;
  const about = {
    run,
    node: undo === undefined ? key : `${node}~undo[${index}]`,
    effect: `${run.id}/${key}/${generation}${undo === undefined ? '' : undo === 0 ? '/undo' : `/undo/${undo}`}`,
    ...(body.output_schema ? { output_schema: body.output_schema } : {}),
    ...(inline_bytes === undefined ? {} : { inline_bytes }),
  };
  return perform(deps, about, pulse, async (attempt) => {
    const { template, code } = apartFromCode(body.config);
    const load = deps.artifacts.loader(run.org);
    const bound = await evaluateWithArtifacts(template, { ...scope, item, index }, load);
    return PERFORMERS[body.type](deps, { ...(bound as object), ...code }, attempt);
  });
}

async function attempt(
  deps: ActivityDeps,
  batch: MapBatch,
  index: number,
  item: Json,
  pulse: Pulse,
  share: number,
): Promise<ItemResult> {
  try {
    const output = await one(deps, batch, index, item, pulse);
    return { status: 'completed', output: await deps.artifacts.externalise(batch.run.org, output, share) };
  } catch (err) {
    Context.current().cancellationSignal.throwIfAborted();
    if (!(err instanceof ApplicationFailure)) throw err; // the store that takes large outputs is away
    return { status: 'failed', error: errorOf(err, share), retryable: !err.nonRetryable };
  }
}

/** Details that would take more than the item's share are left out: they stand in the item's log. */
function errorOf({ type, message, details }: ApplicationFailure, share: number) {
  const [first] = (details ?? []) as Json[];
  const light = first !== undefined && Buffer.byteLength(JSON.stringify(first)) <= share;
  return {
    code: isFaultCode(type) ? type : 'INTERNAL',
    message: message.length > MESSAGE_CHARS ? `${message.slice(0, MESSAGE_CHARS).toWellFormed()}…` : message,
    ...(light ? { details: first } : {}),
  };
}
