import { Context } from '@temporalio/activity';
import { violations } from '../adapters/json-schema/validate.js';
import { Fault, type FaultCode, FAULTS } from '../core/fault.js';
import type { Json, JsonSchema } from '../core/json.js';
import type { Pulse } from './beating.js';
import type { ActivityDeps } from './deps.js';
import { presentable, toFailure } from './failure.js';
import { asUnknown } from './unknown.js';
import { NodeLog } from './node-log.js';
import { storable } from './storable.js';

/** What a performer of one node's work has at hand. */
export interface Attempt extends Pulse {
  org: string;
  effect: string;
  attempt: number;
  signal: AbortSignal;
  log: NodeLog;
  /** Says that from here on the effect may have happened. */
  sent: () => void;
  /** Whether the workflow that asked for this is over, so that no other attempt will go on with it. */
  isOver: () => Promise<boolean>;
}

/** Which work it is. */
export interface Performed {
  run: { id: string; org: string };
  node: string;
  effect: string;
  output_schema?: JsonSchema;
  inline_bytes?: number;
  attempts_before?: number;
  once?: true;
}

/** Which attempt it is, and who says so: Temporal where the work has an activity of its own. */
export interface Circumstances {
  attempt: number;
  signal: AbortSignal;
  retry: { max_attempts: number; non_retryable: string[] };
  /** It is over in a moment, or given up as if it had never begun: then nobody hears of it, and its log is no attempt's. */
  provisional?: boolean;
}

type About = { run_id: string; node_key: string; attempt: number };

const SHOWN_PROBLEMS = 20;

/**
 * Around every attempt of every node: it says that it began, keeps the log, checks the output, masks secrets, and takes large values
 * out. Whatever leaves here, as output, failure, event, log line or heartbeat, holds no secret.
 */
export async function perform(
  deps: ActivityDeps,
  of: Performed,
  pulse: Pulse,
  work: (attempt: Attempt) => Promise<Json>,
  circumstances = byTemporal(of),
): Promise<Json> {
  const context = Context.current();
  const { workflowExecution } = context.info;
  const { attempt, signal, provisional } = circumstances;
  const about = { run_id: of.run.id, node_key: of.node, attempt };
  const log = new NodeLog(deps, about, (message, meta) => context.log.warn(message, meta));
  if (provisional) signal.addEventListener('abort', () => log.discard(), { once: true });
  else void deps.feed.publish([{ type: 'node.running', ...about, at: now() }]);
  let sent = false;
  try {
    const output = await work({
      sent: () => (sent = true),
      org: of.run.org,
      effect: of.effect,
      attempt,
      signal,
      log,
      resumeFrom: pulse.resumeFrom,
      heartbeat: (details) => pulse.heartbeat(deps.secrets.scrub(details as Json)),
      isOver: () => deps.workflows.isOver(workflowExecution!.workflowId),
    });
    return await finish(deps, of, output);
  } catch (err) {
    // What a cancelled attempt ends with says nothing about the node.
    if (signal.aborted) throw signal.reason;
    throw failed(deps, about, log, of.once && sent ? asUnknown(err) : err, circumstances);
  } finally {
    await log.close();
  }
}

function byTemporal({ attempts_before = 0 }: Performed): Circumstances {
  const { info, cancellationSignal } = Context.current();
  const { maximumAttempts = 0, nonRetryableErrorTypes = [] } = info.retryPolicy ?? {};
  return {
    attempt: attempts_before + info.attempt,
    signal: cancellationSignal,
    retry: {
      max_attempts: maximumAttempts === 0 ? 0 : attempts_before + maximumAttempts,
      non_retryable: nonRetryableErrorTypes,
    },
  };
}

async function finish(
  deps: ActivityDeps,
  { run, output_schema, inline_bytes }: Performed,
  output: Json,
): Promise<Json> {
  const clean = deps.secrets.scrub(storable(output));
  if (output_schema) {
    const problems = violations(output_schema, await deps.artifacts.hydrate(run.org, clean));
    const [first] = problems;
    if (first)
      throw new Fault(
        'OUTPUT_INVALID',
        `the output does not fit its schema: ${first.pointer || 'it'} ${first.message}`,
        { details: { errors: problems.slice(0, SHOWN_PROBLEMS).map((problem) => ({ ...problem })) } },
      );
  }
  return deps.artifacts.externalise(run.org, clean, inline_bytes);
}

function failed(deps: ActivityDeps, about: About, log: NodeLog, err: unknown, circumstances: Circumstances): unknown {
  const fault = presentable(err, deps.secrets);
  const { code, message } = fault;
  if (!(err instanceof Fault))
    Context.current().log.error('an attempt failed on something unforeseen', {
      ...about,
      stack: deps.secrets.scrubText(err instanceof Error ? String(err.stack) : String(err)),
    });
  log.write('system', `attempt ${about.attempt} failed: ${code}: ${message}`);
  if (willRetry(code, circumstances))
    void deps.feed.publish([{ type: 'node.retrying', ...about, at: now(), data: { code, message } }]);
  return toFailure(fault);
}

/** As Temporal decides it, by the policy that the node came with. */
function willRetry(code: FaultCode, { attempt, retry }: Circumstances): boolean {
  if (!FAULTS[code].retry || retry.non_retryable.includes(code)) return false;
  return retry.max_attempts === 0 || attempt < retry.max_attempts;
}

const now = (): string => new Date().toISOString();
