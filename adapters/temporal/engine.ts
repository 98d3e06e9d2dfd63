import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { MailStart } from '../../core/contract/mails.js';
import { DELIVERY_RETRY, type DeliveryStart } from '../../core/contract/webhooks.js';
import type { Act, Decision } from '../../core/contract/work.js';
import { launchOf } from '../../core/engine/launch.js';
import { type Preview, previewOf } from '../../core/engine/preview.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault, type FaultCode, isFaultCode } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { ActorKeys } from '../signing/actor-keys.js';
import { searchAttributesOf } from './attributes.js';
import { decodePayloads } from './decode.js';
import { faultOf } from './faults.js';
import { HistoryFollower } from './follow.js';
import { overlayPending, retryNow } from './pending.js';

/** Runs, as the API and the projector deal with them, on Temporal. */
export class TemporalEngine {
  private readonly client: Client;
  private readonly taskQueue: string;
  private readonly eager: Client | undefined;
  private readonly actors: ActorKeys;

  /**
   * `eager`: a client on the NativeConnection of a worker of that task queue in this process. Runs are started through it, and if the worker has
   * room, the server's answer holds the run's first workflow task (eager workflow start), which then need not wait for a poll.
   * `actors`: runs get their public keys, and decisions and acts their signatures; absent: neither.
   */
  constructor({
    client,
    taskQueue,
    eager,
    actors = new ActorKeys(),
  }: {
    client: Client;
    taskQueue: string;
    eager?: Client;
    actors?: ActorKeys;
  }) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.eager = eager;
    this.actors = actors;
  }

  /** Starts the run once: an id that is taken, by an open run or a closed one, counts as started. */
  async start(accepted: { header: RunHeader; plan: Plan; input: Json; author?: string }): Promise<void> {
    const { header } = accepted;
    const { start, summary, details, memo, timeout_ms } = launchOf({
      ...accepted,
      signers: this.actors.signers,
    });
    try {
      await (this.eager ?? this.client).workflow.start('run', {
        requestEagerStart: this.eager !== undefined,
        workflowId: header.id,
        taskQueue: this.taskQueue,
        args: [start],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: searchAttributesOf(start.run),
        priority: { fairnessKey: header.org_id },
        staticSummary: summary,
        staticDetails: details,
        memo,
        ...(timeout_ms === undefined ? {} : { workflowExecutionTimeout: timeout_ms }),
      });
    } catch (err) {
      if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw faultOf(err, `run ${header.id}`);
    }
  }

  /** Starts the delivery of a webhook once: an id that is taken counts as started. */
  async startWebhook(delivery: Omit<DeliveryStart, 'retry'>, retry = DELIVERY_RETRY): Promise<void> {
    const { org, webhook, event, generation } = delivery;
    try {
      await this.client.workflow.start('webhook', {
        workflowId: `${webhook}/${event}/${generation}`,
        taskQueue: this.taskQueue,
        args: [{ ...delivery, retry } satisfies DeliveryStart],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        priority: { fairnessKey: org },
      });
    } catch (err) {
      if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw faultOf(err, `webhook ${webhook}`);
    }
  }

  /** Starts the sending of a mail once: an id that is taken counts as started. */
  async startMail(mail: Omit<MailStart, 'retry'>, retry = DELIVERY_RETRY): Promise<void> {
    try {
      await this.client.workflow.start('mail', {
        workflowId: mail.notice,
        taskQueue: this.taskQueue,
        args: [{ ...mail, retry } satisfies MailStart],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        priority: { fairnessKey: mail.org },
      });
    } catch (err) {
      if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw faultOf(err, `mail ${mail.notice}`);
    }
  }

  /** Resolves when Temporal answers. */
  async ping(): Promise<void> {
    await this.client.workflowService.getSystemInfo({});
  }

  /** Asks the run to stop; what is outstanding is told. Throws RUN_CLOSED when it is over. */
  async cancel(runId: string): Promise<void> {
    await this.closedIsAFault(runId, () => this.client.workflow.getHandle(runId).cancel());
  }

  /** Ends the run at once, without cleaning up. */
  async terminate(runId: string, reason: string): Promise<void> {
    await this.closedIsAFault(runId, () => this.client.workflow.getHandle(runId).terminate(reason));
  }

  /** Takes a decision on a gate. Throws GATE_CLOSED (saying who decided what), FORBIDDEN, NOT_FOUND, RUN_CLOSED. */
  async decide(runId: string, decision: Decision): Promise<{ decision: Decision['decision']; decided_by: string }> {
    return this.update(runId, 'decide', this.signed(runId, decision));
  }

  /** The decision as the run takes it: also by signal, from Temporal's own tools. */
  signed(runId: string, decision: Decision): Decision {
    return this.actors.sign('decide', runId, decision);
  }

  /** Does something to a run. Throws NOT_FOUND, NODE_STATE, RUN_STATE, RUN_CLOSED. */
  async act(runId: string, wanted: Act): Promise<void> {
    const { act, ...given } = this.actors.sign('act', runId, wanted);
    await this.update(runId, act, given);
  }

  /** What the act would bring about. Throws as `act` would. */
  async preview(header: RunHeader, act: Act): Promise<Preview> {
    const follower = this.follow(header);
    await follower.catchUp();
    return previewOf(follower.walk(), act);
  }

  /** Makes the node's next attempt now, if it waits for one; false when it does not. */
  retryNow(runId: string, node: string): Promise<boolean> {
    return retryNow(this.client, runId, node);
  }

  private async update<T>(runId: string, name: string, given: object): Promise<T> {
    try {
      return await this.client.workflow.getHandle(runId).executeUpdate<T, [object]>(name, { args: [given] });
    } catch (err) {
      if (err instanceof WorkflowUpdateFailedError && err.cause instanceof ApplicationFailure) {
        const { type, message, details } = err.cause;
        throw new Fault(isFaultCode(type) ? (type as FaultCode) : 'INTERNAL', message, {
          details: (details?.[0] ?? null) as Json,
          cause: err,
        });
      }
      const fault = faultOf(err, `open run ${runId}`);
      throw fault instanceof Fault && fault.code === 'NOT_FOUND'
        ? new Fault('RUN_CLOSED', `run ${runId} is over`, { cause: err })
        : fault;
    }
  }

  follow(header: RunHeader, options: { keep?: boolean } = {}): HistoryFollower {
    return new HistoryFollower(this.client, header, options);
  }

  /** The run as it is now: the fold of its history, and what only the server knows of attempts under way. */
  async view(header: RunHeader): Promise<RunView> {
    const follower = this.follow(header);
    await follower.catchUp();
    const view = follower.view();
    if (!follower.closed) await this.overlay(view);
    return view;
  }

  /** Lays over the view of an open run what only the server knows of attempts under way. */
  async overlay(view: RunView): Promise<void> {
    await overlayPending(this.client, view);
  }

  async events(header: RunHeader): Promise<RunEvent[]> {
    const follower = this.follow(header);
    await follower.catchUp();
    return follower.events;
  }

  /** Temporal's history of each of the run's executions, as Temporal's own tools print it, payloads decoded. */
  async history(header: RunHeader): Promise<Json> {
    const follower = this.follow(header, { keep: true });
    await follower.catchUp();
    return this.readable(follower);
  }

  /** What a follower kept, as Temporal's own tools print it. */
  async readable({ executions }: HistoryFollower): Promise<Json> {
    const codecs = this.client.options.loadedDataConverter.payloadCodecs;
    return Promise.all(
      executions.map(async ({ run_id, events }) => {
        const decoded = await decodePayloads(events, codecs);
        const { events: printed } = JSON.parse(historyToJSON({ events: decoded } as never)) as { events: Json };
        return { run_id, events: printed };
      }),
    );
  }

  /** Ids of runs that ended since then, as far as Temporal's visibility store has heard. */
  async *closedSince(since: Date): AsyncGenerator<string> {
    const query = `WorkflowType = 'run' AND TaskQueue = '${this.taskQueue}' AND CloseTime >= '${since.toISOString()}'`;
    for await (const { workflowId } of this.client.workflow.list({ query })) yield workflowId;
  }

  /** Whether Temporal has the run, and whether it is over. */
  async stateOf(runId: string): Promise<'open' | 'closed' | 'unknown'> {
    try {
      const { status } = await this.client.workflow.getHandle(runId).describe();
      return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'open' : 'closed';
    } catch (err) {
      const fault = faultOf(err, `run ${runId}`);
      if (fault instanceof Fault && fault.code === 'NOT_FOUND') return 'unknown';
      throw fault;
    }
  }

  private async closedIsAFault(runId: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (err) {
      const fault = faultOf(err, `run ${runId}`);
      if (fault instanceof Fault && fault.code === 'NOT_FOUND')
        throw new Fault('RUN_CLOSED', `run ${runId} is over`, { cause: err });
      throw fault;
    }
  }
}
