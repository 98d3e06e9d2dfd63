import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ItemResult, MapBatch, MapBatchResult } from '../core/contract/work.js';
import { evaluateWithArtifacts } from '../core/expr/index.js';
import type { FAULTS } from '../core/fault.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { apartFromCode } from '../core/nodes/code.js';
import type { ActivityDeps } from './deps.js';
import { perform } from './perform.js';
import { PERFORMERS } from './performers.js';

/** Items of one batch that are at work at once. */
const AT_ONCE = 10;

/** What a batch has done so far: its retry, after a worker died, passes over it. */
interface Done {
  items: Record<number, ItemResult>;
}

/** Does a map's body for some of its items. One item fails the activity, so that Temporal retries it; in a batch it is reported. */
export async function mapBatch(deps: ActivityDeps, batch: MapBatch): Promise<MapBatchResult> {
  const { from, to } = batch;
  const list = isArtifactRef(batch.over)
    ? ((await deps.artifacts.loader(batch.run.org)(batch.over)) as Json[])
    : (batch.over as Json[]);
  const itemAt = (index: number): Json => list[index - (batch.offset ?? 0)] ?? null;
  if (to - from === 1) return { items: [{ status: 'completed', output: await one(deps, batch, from, itemAt(from)) }] };
  const context = Context.current();
  const done: Done = isDone(context.info.heartbeatDetails) ? context.info.heartbeatDetails : { items: {} };
  let next = from;
  const work = async (): Promise<void> => {
    for (let index = next++; index < to; index = next++) {
      if (done.items[index]) continue;
      context.cancellationSignal.throwIfAborted();
      done.items[index] = await attempt(deps, batch, index, itemAt(index));
      context.heartbeat(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - from) }, work));
  return { items: Array.from({ length: to - from }, (_, i) => done.items[from + i]!) };
}

const isDone = (details: unknown): details is Done =>
  typeof details === 'object' && details !== null && 'items' in details;

async function one(
  deps: ActivityDeps,
  { run, node, generation, body, scope }: MapBatch,
  index: number,
  item: Json,
): Promise<Json> {
  const key = `${node}[${index}]`;
  const about = {
    run,
    node: key,
    effect: `${run.id}/${key}/${generation}`,
    ...(body.output_schema ? { output_schema: body.output_schema } : {}),
  };
  return perform(deps, about, async (attempt) => {
    const { template, code } = apartFromCode(body.config);
    const load = deps.artifacts.loader(run.org);
    const bound = await evaluateWithArtifacts(template, { ...scope, item, index }, load);
    return PERFORMERS[body.type](deps, { ...(bound as object), ...code }, attempt);
  });
}

async function attempt(deps: ActivityDeps, batch: MapBatch, index: number, item: Json): Promise<ItemResult> {
  try {
    return { status: 'completed', output: await one(deps, batch, index, item) };
  } catch (err) {
    Context.current().cancellationSignal.throwIfAborted();
    if (!(err instanceof ApplicationFailure))
      return {
        status: 'failed',
        error: { code: 'INTERNAL', message: err instanceof Error ? err.message : String(err) },
        retryable: true,
      };
    const code = (err.type ?? 'INTERNAL') as keyof typeof FAULTS;
    const [details] = err.details ?? [];
    return {
      status: 'failed',
      error: { code, message: err.message, ...(details === undefined ? {} : { details: details as Json }) },
      retryable: !err.nonRetryable,
    };
  }
}
