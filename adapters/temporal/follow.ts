import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { temporal } from '@temporalio/proto';
import { Fold, type HistoryFact } from '../../core/engine/fold.js';
import type { Past } from '../../core/engine/redrive.js';
import type { RunStart } from '../../core/engine/state.js';
import type { Walk } from '../../core/engine/walk.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { FactReader, type HistoryEvent } from './facts.js';
import { faultOf } from './faults.js';

/** As it was archived: Temporal's own JSON of one execution. */
export interface ArchivedExecution {
  run_id: string;
  events: Json[];
}
export type ArchivedHistory = (runId: string) => Promise<readonly ArchivedExecution[] | undefined>;

type Page = temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse;

/**
 * Follows one run: reads its history, across continue-as-new, and folds it. One history call at a time; `next` long-polls.
 * Reading again is harmless: events that were seen are passed over by their id.
 */
export class HistoryFollower {
  readonly events: RunEvent[] = [];
  /** The Temporal runs that the run consists of, with their events as Temporal gave them; empty unless asked to keep them. */
  readonly executions: { run_id: string; events: HistoryEvent[] }[] = [];
  private readonly keep: boolean;
  private readonly client: Client;
  private readonly header: RunHeader;
  private fold: Fold | undefined;
  private reader: FactReader | undefined;
  /** The Temporal run being read, and the last event taken from it. */
  private execution: string | undefined;
  private lastEvent = 0;
  private pollToken: Uint8Array | null = null;

  /** The start that was decoded last: it may hold a large plan. */
  private known: { run: string; start: RunStart } | undefined;
  /** Which redrive of the run is being read; 0: none. */
  private redrive = 0;
  private readonly archive: ArchivedHistory | undefined;

  /** `archive`: where the history of what was redriven is read, which Temporal may have dropped. */
  constructor(
    client: Client,
    header: RunHeader,
    { keep = false, archive }: { keep?: boolean; archive?: ArchivedHistory | undefined } = {},
  ) {
    this.client = client;
    this.header = { ...header };
    this.keep = keep;
    this.archive = archive;
  }

  get closed(): boolean {
    return this.fold?.closed ?? false;
  }

  /** Reads all that history holds now. Throws NOT_FOUND while the run has not been started. */
  async catchUp(): Promise<RunEvent[]> {
    const news: RunEvent[] = [];
    await this.findFirst();
    for (let token: Uint8Array | null = null; !this.closed; ) {
      const execution: string = this.execution!;
      const page: Page = await this.page(token, false);
      news.push(...(await this.take(page)));
      if (execution !== this.execution) token = null;
      else if (page.nextPageToken?.length) token = page.nextPageToken;
      else break;
    }
    return news;
  }

  /** Waits for more history; none when the poll timed out or was aborted. */
  async next(signal: AbortSignal): Promise<RunEvent[]> {
    await this.findFirst();
    if (this.closed || signal.aborted) return [];
    const execution = this.execution;
    try {
      const page = await this.client.connection.withAbortSignal(signal, () => this.page(this.pollToken, true));
      this.pollToken = page.nextPageToken?.length ? page.nextPageToken : null;
      const news = await this.take(page);
      if (execution !== this.execution) this.pollToken = null;
      return news;
    } catch (err) {
      if (signal.aborted) return [];
      this.pollToken = null; // whatever ailed the poll, the token may be a part of it
      throw err;
    }
  }

  /** Whoever takes it changes nothing of it. */
  walk(): Walk {
    if (!this.fold) throw new Fault('NOT_FOUND', `nothing is known of run ${this.header.id} yet`);
    return this.fold.walk;
  }

  view(): RunView {
    if (!this.fold) throw new Fault('NOT_FOUND', `nothing is known of run ${this.header.id} yet`);
    return this.fold.view();
  }

  /** What the run has come to, for whoever takes it up. */
  past(): Past {
    if (!this.fold) throw new Fault('NOT_FOUND', `nothing is known of run ${this.header.id} yet`);
    return this.fold.past();
  }

  /** Reads what was archived of a closed run, in place of Temporal, up to the execution `until`. */
  async recall(executions: readonly ArchivedExecution[], until?: string): Promise<void> {
    for (const { run_id, events } of executions) {
      if (run_id === until) return;
      this.execution = run_id;
      await this.takeEvents(historyFromJSON({ events }).events as HistoryEvent[]);
      Object.assign(this, { execution: undefined, lastEvent: 0, reader: undefined });
    }
  }

  /**
   * The run may have continued as new before we looked: its story begins with its first execution. That of a redriven run begins in the
   * archive. Throws NOT_FOUND while a redrive that is known of has not been started.
   */
  private async findFirst(): Promise<void> {
    if (this.execution !== undefined) return;
    const page = await this.page(null, false, 1);
    const event = page.history?.events?.[0];
    const started = event?.workflowExecutionStartedEventAttributes;
    const first = started?.firstExecutionRunId || started?.originalExecutionRunId || '';
    const redrive = event ? redriveOf(await this.startOf(event)) : 0;
    if (redrive < (this.header.redriven ?? 0))
      throw new Fault('NOT_FOUND', `redrive ${this.header.redriven} of run ${this.header.id} has not been started`);
    if (redrive > 0) {
      this.header.redriven = redrive;
      await this.recall((await this.archive?.(this.header.id)) ?? [], first);
    }
    this.execution = first;
    if (redrive > 0) await this.begin((await this.page(null, false, 1)).history!.events![0]!);
  }

  private async page(token: Uint8Array | null, wait: boolean, size = 0): Promise<Page> {
    try {
      return await this.client.workflowService.getWorkflowExecutionHistory({
        namespace: this.client.options.namespace,
        execution: { workflowId: this.header.id, ...(this.execution ? { runId: this.execution } : {}) },
        waitNewEvent: wait,
        ...(size > 0 ? { maximumPageSize: size } : {}),
        ...(token ? { nextPageToken: token } : {}),
      });
    } catch (err) {
      throw faultOf(err, `run ${this.header.id}`);
    }
  }

  private take(page: Page): Promise<RunEvent[]> {
    return this.takeEvents(page.history?.events ?? []);
  }

  private async takeEvents(history: readonly HistoryEvent[]): Promise<RunEvent[]> {
    const facts: HistoryFact[] = [];
    let continuedAs: string | undefined;
    for (const event of history) {
      const id = Number(event.eventId);
      if (id <= this.lastEvent) continue;
      this.lastEvent = id;
      if (this.keep) this.kept(event, id);
      if (!this.fold || isFirst(event)) await this.begin(event);
      this.reader ??= new FactReader(this.client.options.loadedDataConverter, this.header.id);
      const fact = await this.reader.read(event);
      if (fact) facts.push(fact);
      continuedAs = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? continuedAs;
    }
    const news = this.fold?.apply(facts) ?? [];
    for (const event of news) this.events.push(event);
    if (continuedAs) Object.assign(this, { execution: continuedAs, lastEvent: 0, reader: undefined });
    return news;
  }

  private kept(event: HistoryEvent, id: number): void {
    if (id === 1) this.executions.push({ run_id: this.execution!, events: [] });
    this.executions.at(-1)!.events.push(event);
  }

  /** An execution that takes up where the one before had come to goes on with the same fold. */
  private async begin(event: HistoryEvent): Promise<void> {
    const start = await this.startOf(event);
    const redrive = redriveOf(start);
    if (!this.fold) this.fold = new Fold(this.header, start);
    else if (redrive > this.redrive) this.fold.takeUp(start);
    this.redrive = redrive;
  }

  private async startOf({ workflowExecutionStartedEventAttributes: started }: HistoryEvent): Promise<RunStart> {
    const run = started?.originalExecutionRunId ?? '';
    if (this.known?.run !== run) {
      const [start] = await decodeArrayFromPayloads(this.client.options.loadedDataConverter, started?.input?.payloads);
      this.known = { run, start: start as RunStart };
    }
    return this.known.start;
  }
}

/** Which redrive an execution belongs to; 0: none. */
export const redriveOf = (start: RunStart | undefined): number =>
  start?.takes_up?.is === 'redrive' ? start.takes_up.n : 0;

/** Not one that goes on with another as new. */
const isFirst = ({ workflowExecutionStartedEventAttributes: started }: HistoryEvent): boolean =>
  started ? !started.continuedExecutionRunId : false;

/** Which redrive of a run Temporal has last heard of; 0: none. */
export async function latestRedrive(client: Client, runId: string): Promise<number> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: runId },
    maximumPageSize: 1,
  });
  const { input } = history!.events![0]!.workflowExecutionStartedEventAttributes!;
  const [start] = await decodeArrayFromPayloads(client.options.loadedDataConverter, input?.payloads);
  return redriveOf(start as RunStart);
}
