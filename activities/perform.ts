import { Context } from '@temporalio/activity';
import { violations } from '../adapters/json-schema/validate.js';
import { Fault, FAULTS } from '../core/fault.js';
import type { Json, JsonSchema } from '../core/json.js';
import type { ActivityDeps } from './deps.js';
import { toFailure } from './failure.js';
import { NodeLog } from './node-log.js';

/** What a performer of one node's work has at hand. */
export interface Attempt {
  org: string;
  effect: string;
  attempt: number;
  signal: AbortSignal;
  log: NodeLog;
  heartbeat: (details: unknown) => void;
  /** Heartbeat details of the attempt before. */
  resumeFrom: unknown;
  /** Whether the workflow that asked for this is over, so that no other attempt will go on with it. */
  isOver: () => Promise<boolean>;
}

const FIRST_BEAT_MS = 1_000;

/**
 * Around every attempt of every node: it says that it began, keeps the log, beats so that a cancellation arrives, checks the output,
 * masks secrets, and takes large values out.
 */
export async function perform(
  deps: ActivityDeps,
  of: { run: { id: string; org: string }; node: string; effect: string; output_schema?: JsonSchema },
  work: (attempt: Attempt) => Promise<Json>,
): Promise<Json> {
  const context = Context.current();
  const { attempt, heartbeatDetails, heartbeatTimeoutMs } = context.info;
  const about = { run_id: of.run.id, node_key: of.node, attempt };
  const log = new NodeLog(deps, about);
  let details: unknown = heartbeatDetails;
  const beat = () => context.heartbeat(details);
  const timer = startBeating(beat, heartbeatTimeoutMs ?? 10_000);
  void deps.feed.publish([{ type: 'node.running', ...about, at: new Date().toISOString() }]);
  try {
    const output = await work({
      org: of.run.org,
      effect: of.effect,
      attempt,
      signal: context.cancellationSignal,
      log,
      resumeFrom: heartbeatDetails,
      isOver: () => deps.workflows.isOver(context.info.workflowExecution!.workflowId),
      heartbeat(next) {
        details = next;
        beat();
      },
    });
    return await finish(deps, of, output);
  } catch (err) {
    throw await failed(deps, about, log, err);
  } finally {
    timer.stop();
    await log.close();
  }
}

function startBeating(beat: () => void, timeoutMs: number): { stop(): void } {
  let timer = setTimeout(
    function again() {
      beat();
      timer = setTimeout(again, Math.max(500, timeoutMs / 3));
    },
    Math.min(FIRST_BEAT_MS, timeoutMs / 3),
  );
  return { stop: () => clearTimeout(timer) };
}

async function finish(
  deps: ActivityDeps,
  { run, output_schema }: { run: { org: string }; output_schema?: JsonSchema },
  output: Json,
): Promise<Json> {
  const clean = deps.secrets.scrub(output);
  if (output_schema) {
    const problems = violations(output_schema, await deps.artifacts.hydrate(run.org, clean));
    if (problems.length > 0) {
      const [first] = problems;
      throw new Fault(
        'OUTPUT_INVALID',
        `the output does not fit its schema: ${first!.pointer || 'it'} ${first!.message}`,
        { details: { errors: problems.slice(0, 20) as never } },
      );
    }
  }
  return deps.artifacts.externalise(run.org, clean);
}

async function failed(
  deps: ActivityDeps,
  about: { run_id: string; node_key: string; attempt: number },
  log: NodeLog,
  err: unknown,
): Promise<unknown> {
  if (Context.current().cancellationSignal.aborted) return err;
  const fault = err instanceof Fault ? clean(deps, err) : err;
  const message = fault instanceof Error ? fault.message : String(fault);
  const code = fault instanceof Fault ? fault.code : 'INTERNAL';
  log.write('system', `attempt ${about.attempt} failed: ${code}: ${message}`);
  if (FAULTS[code].retry)
    await deps.feed.publish([
      { type: 'node.retrying', ...about, at: new Date().toISOString(), data: { code, message } },
    ]);
  return toFailure(fault);
}

/** Error texts quote what they met, so they are scrubbed as outputs are. */
function clean({ secrets }: ActivityDeps, fault: Fault): Fault {
  const details = fault.details === undefined ? {} : { details: secrets.scrub(fault.details) };
  return new Fault(fault.code, secrets.scrubText(fault.message), { ...details, cause: fault.cause });
}
