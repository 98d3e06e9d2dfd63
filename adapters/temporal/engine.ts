import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { MailStart } from '../../core/contract/mails.js';
import { DELIVERY_RETRY, type DeliveryStart } from '../../core/contract/webhooks.js';
import type { EventFate, NamedEvent } from '../../core/contract/named-events.js';
import type { Act, Decision } from '../../core/contract/work.js';
import { launchOf } from '../../core/engine/launch.js';
import { priorityOf } from '../../core/engine/state.js';
import { type Preview, previewOf } from '../../core/engine/preview.js';
import { type CancelPreview, previewCancel } from '../../core/engine/preview-cancel.js';
import type { Past } from '../../core/engine/redrive.js';
import type { RunStart } from '../../core/engine/state.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault, type FaultCode, isFaultCode } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { ActorKeys } from '../signing/actor-keys.js';
import { searchAttributesOf } from './attributes.js';
import { decodePayloads } from './decode.js';
import { faultOf } from './faults.js';
import { type ArchivedExecution, type ArchivedHistory, HistoryFollower, latestRedrive, redriveOf } from './follow.js';
import { inTurn } from './in-turn.js';
import { sayWhere, TemporalLimiters } from './limiters.js';
import { overlayPending, retryNow } from './pending.js';

/** Runs, as the API and the projector deal with them, on Temporal. */
export class TemporalEngine {
  private readonly client: Client;
  private readonly taskQueue: string;
  private readonly eager: Client | undefined;
  readonly limiters: TemporalLimiters;
  private readonly archive: ArchivedHistory | undefined;
  private readonly actors: ActorKeys;

  /**
   * `eager`: a client on the NativeConnection of a worker of that task queue in this process. Runs are started through it, and if the worker has
   * room, the server's answer holds the run's first workflow task (eager workflow start), which then need not wait for a poll.
   * `archive`: where what came before a redrive is read.
   * `actors`: runs get their public keys, and decisions and acts their signatures; absent: neither.
   */
  constructor({
    client,
    taskQueue,
    eager,
    archive,
    actors = new ActorKeys(),
  }: {
    client: Client;
    taskQueue: string;
    eager?: Client;
    archive?: ArchivedHistory;
    actors?: ActorKeys;
  }) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.eager = eager;
    this.limiters = new TemporalLimiters({ client, taskQueue });
    this.archive = archive;
    this.actors = actors;
  }

  /**
   * Starts the run once: an id that is taken, by an open run or a closed one, counts as started. Of a redrive (`taken_up`) an open one does:
   * whoever starts it sees to it that it is started once.
   */
  async start(accepted: {
    header: RunHeader;
    plan: Plan;
    input: Json;
    author?: string;
    priority?: number;
    taken_up?: RunStart;
  }): Promise<void> {
    const { header } = accepted;
    const { start, summary, details, memo, timeout_ms } = launchOf({
      ...accepted,
      signers: this.actors.signers,
    });
    const priorityKey = priorityOf(start);
    try {
      await (this.eager ?? this.client).workflow.start('run', {
        requestEagerStart: this.eager !== undefined,
        workflowId: header.id,
        taskQueue: this.taskQueue,
        args: [start],
        workflowIdReusePolicy: redriveOf(start) > 0 ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: searchAttributesOf(start.run),
        priority: { ...(priorityKey === undefined ? {} : { priorityKey }), fairnessKey: header.org_id },
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

  /** Brings an event to a run; `patienceMs`: how long its workflow may take to answer. Throws RUN_CLOSED, NOT_FOUND, TOO_LARGE, RUN_STATE, and NODE_STATE when it is only for nodes that wait and none does. */
  async deliver(runId: string, event: NamedEvent, patienceMs?: number): Promise<EventFate> {
    const bring = () => inTurn(() => this.update<EventFate>(runId, 'deliver', event));
    return patienceMs === undefined ? bring() : this.client.withDeadline(Date.now() + patienceMs, bring);
  }

  /** What the act would bring about. Throws as `act` would. */
  async preview(header: RunHeader, act: Act): Promise<Preview> {
    const follower = this.follow(header);
    await follower.catchUp();
    return previewOf(follower.walk(), act);
  }

  /** What a request to cancel the run would bring about. */
  async previewCancel(header: RunHeader): Promise<CancelPreview> {
    const follower = this.follow(header);
    await follower.catchUp();
    return previewCancel(follower.walk());
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
    return new HistoryFollower(this.client, header, { ...options, archive: this.archive });
  }

  /** The run as it is now: the fold of its history, and what only the server knows of attempts under way. */
  async view(header: RunHeader): Promise<RunView> {
    const follower = this.follow(header);
    await follower.catchUp();
    const view = follower.view();
    if (follower.closed) return view;
    await this.overlay(view);
    await sayWhere(this.limiters, follower.walk(), view);
    return view;
  }

  /** Lays over the view of an open run what only the server knows of attempts under way. */
  async overlay(view: RunView): Promise<void> {
    await overlayPending(this.client, view);
  }

  /** The durable events of a run so far, and its view as it is now. */
  async seen(header: RunHeader): Promise<{ events: RunEvent[]; view: RunView }> {
    const follower = this.follow(header);
    await follower.catchUp();
    const view = follower.view();
    if (!follower.closed) await this.overlay(view);
    return { events: follower.events, view };
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

  /** What a closed run had come to, out of its archived history. */
  async recall(header: RunHeader, executions: readonly ArchivedExecution[]): Promise<Past> {
    const follower = this.follow(header);
    await follower.recall(executions);
    return follower.past();
  }

  /** Which redrive of the run Temporal has last heard of; 0: none. Undefined: it does not have the run. */
  async redriveOf(runId: string): Promise<number | undefined> {
    try {
      return await latestRedrive(this.client, runId);
    } catch (err) {
      const fault = faultOf(err, `run ${runId}`);
      if (fault instanceof Fault && fault.code === 'NOT_FOUND') return undefined;
      throw fault;
    }
  }

  /** Ids of runs that ended since then, as far as Temporal's visibility store has heard. */
  async *closedSince(since: Date): AsyncGenerator<string> {
    const query = `WorkflowType = 'run' AND TaskQueue = '${this.taskQueue}' AND CloseTime >= '${since.toISOString()}'`;
    for await (const { workflowId } of this.client.workflow.list({ query })) yield workflowId;
  }

  /** Ids of open runs that wait for a person to act on them, as far as Temporal's visibility store has heard. */
  async *heldOrPaused(): AsyncGenerator<string> {
    const open = `WorkflowType = 'run' AND TaskQueue = '${this.taskQueue}' AND ExecutionStatus = 'Running'`;
    const query = `${open} AND HeddleStatus IN ('held', 'paused')`;
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
