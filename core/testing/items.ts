import type { ItemResult, MapBatch } from '../contract/work.js';
import { errorOf } from '../engine/bind.js';
import { bodyOf, mapFailed, type MapStart, tolerated } from '../engine/kinds/map.js';
import { undoTask } from '../engine/facts.js';
import { evaluateWithArtifacts } from '../expr/index.js';
import type { Json } from '../json.js';
import { apartFromCode } from '../nodes/code.js';
import { type Answer, isRetried, type Policy, retried, type Try } from './attempts.js';
import type { CaseRun } from './case-run.js';
import { givenIn } from './mocks.js';

/** Items of one batch that are at work at once, as in a real one. */
const AT_ONCE = 10;
const ERRORS_KEPT = 100;

type Body = Pick<MapBatch, 'node' | 'scope' | 'body' | 'undo'>;
type Tries = (attempt: number) => Try;

/** An item's attempts: bound by the code that binds it in a real run, its work as its mock says. */
async function triesOf(run: CaseRun, { node, scope, body, undo }: Body, index: number, item: Json): Promise<Tries> {
  const path = `${run.prefix}${undo === undefined ? node : undoTask(node)}[${index}]`;
  const { template } = apartFromCode(body.config);
  let bound: Json;
  try {
    bound = await evaluateWithArtifacts(template, { ...scope, item, index }, run.world.load);
  } catch (err) {
    const error = errorOf(err);
    return () => ({ takes: 0, error });
  }
  if (body.type === 'transform') return () => ({ takes: 0, value: (bound as { value: Json }).value });
  return run.world.mocks.triesOf(path, givenIn(bound), body.output_schema);
}

/** One item fails its activity, which is tried again; several in one activity are reported, each for itself. */
export async function batch(run: CaseRun, input: MapBatch, policy: Policy): Promise<Answer> {
  const { from, to, offset = 0, over } = input;
  const node = input.undo === undefined ? input.node : undoTask(input.node);
  const list = await run.world.list(over);
  const tries = await Promise.all(
    Array.from({ length: to - from }, (_, i) => triesOf(run, input, from + i, list[from + i - offset] ?? null)),
  );
  const made = (index: number) => run.attempts.get(`${node}[${index}]`) ?? 0;
  if (to - from > 1) {
    const answer = several(tries, policy);
    for (let index = from; index < to; index++) run.attempts.set(`${node}[${index}]`, 1);
    return answer;
  }
  const before = made(from);
  const outcome = retried(policy, (attempt) => tries[0]!(before + attempt));
  if (!outcome) return undefined;
  run.attempts.set(`${node}[${from}]`, before + outcome.attempts);
  return 'value' in outcome
    ? { ...outcome, value: { items: [{ status: 'completed', output: outcome.value }] } }
    : outcome;
}

/** What is done when the activity's time is up is kept: its next attempt passes over it. */
function several(tries: readonly Tries[], policy: Policy): Answer {
  const results: (ItemResult | undefined)[] = tries.map(() => undefined);
  return retried(policy, () => {
    const lanes = new Lanes(AT_ONCE);
    for (const [index, tryIt] of tries.entries()) {
      if (results[index]) continue;
      const given = tryIt(1);
      if (lanes.take(given.takes) <= policy.attempt_ms) results[index] = resultOf(given);
    }
    return { takes: lanes.last, value: { items: results as unknown as Json } };
  });
}

const resultOf = (given: Try): ItemResult =>
  'value' in given
    ? { status: 'completed', output: given.value }
    : { status: 'failed', error: given.error, retryable: isRetried(given.error, []) };

/** A large map, which a workflow of its own walks in a real run: the same outcome of each item, of the whole, and at the same time. */
export async function wholeMap(run: CaseRun, { over, config, node, scope, total }: MapStart): Promise<Answer> {
  const list = await run.world.list(over);
  const policy = { ...config.do.timeout, retry: config.do.retry };
  const lanes = new Lanes(config.concurrency);
  const ends: { at: number; index: number; item: ItemResult }[] = [];
  for (const [index, item] of list.entries()) {
    const outcome = retried(policy, await triesOf(run, { node, scope, body: bodyOf(config) }, index, item));
    const at = lanes.take(outcome?.after ?? Infinity);
    if (outcome)
      ends.push({
        at,
        index,
        item:
          'value' in outcome
            ? resultOf({ takes: 0, value: outcome.value })
            : { status: 'failed', error: outcome.error, retryable: false },
      });
  }
  ends.sort((a, b) => a.at - b.at || a.index - b.index);
  return conclude(ends, config, total);
}

function conclude(
  ends: readonly { at: number; index: number; item: ItemResult }[],
  config: MapStart['config'],
  total: number,
): Answer {
  const items: Json[] = Array.from({ length: total }, () => null);
  const errors: Json[] = [];
  let failed = 0;
  for (const { at, index, item } of ends) {
    if (item.status === 'completed') {
      items[index] = item.output;
      continue;
    }
    failed++;
    const { code, message } = item.error;
    if (errors.length < ERRORS_KEPT) errors.push({ index, code, message });
    if (failed > tolerated(config, total))
      return { after: at, attempts: 1, error: mapFailed(failed, total, item.error) };
  }
  if (ends.length < total) return undefined;
  return {
    after: ends.at(-1)?.at ?? 0,
    attempts: 1,
    value: { items, total, completed: total - failed, failed, errors },
  };
}

/** So many at a time, the next as soon as one is free. */
class Lanes {
  private readonly free: number[];
  /** When the last of all ends. */
  last = 0;

  constructor(count: number) {
    this.free = Array.from({ length: count }, () => 0);
  }

  /** When what takes so long ends. */
  take(ms: number): number {
    let first = 0;
    for (let lane = 1; lane < this.free.length; lane++) if (this.free[lane]! < this.free[first]!) first = lane;
    const end = this.free[first]! + ms;
    this.free[first] = end;
    this.last = Math.max(this.last, end);
    return end;
  }
}
